import { agentModelChanged, agentModelFailed, tellAgentModel } from "@gastown/contracts";
import { modelTold } from "../domain/model-wishes.ts";
import { defineHandler, storable } from "./command-handler.ts";
import { modelReport } from "./model-messages.ts";

/** What became of a wish for another model is told on: to everybody as an event, and to the town, which keeps what is wished. */
export const tellModel = defineHandler(tellAgentModel, (state, data, { envelope, cause }) => {
  const { agent, generation, wished, model, before } = data;
  const failure = data.failure === null ? null : storable(data.failure);
  const about = {
    town: envelope.townid,
    actor: "service:dispatcher",
    subject: `agent/${agent}`,
    causationId: envelope.id,
    correlationId: envelope.correlationid,
  };
  const change = { agent, generation, wished, model };
  const fact =
    failure === null
      ? { descriptor: agentModelChanged, data: { ...change, before }, ...about }
      : { descriptor: agentModelFailed, data: { ...change, reason: failure }, ...about };
  const after = modelTold(state, { agent, generation, wished });
  const outcome = { agent, generation, wished: after.wished, model, failure };
  const toTown = modelReport(envelope.townid, outcome, { ...cause, traceparent: null });
  return { decided: { state: after.state }, look: false, told: [fact, toTown] };
});
