import { agentModelChanged, agentModelFailed, tellAgentModel } from "@gastown/contracts";
import { defineHandler, storable } from "./command-handler.ts";

/** What became of a wish for another model is told on as a fact; nothing is stored, the town keeps what is wished. */
export const tellModel = defineHandler(tellAgentModel, (state, data, { envelope }) => {
  const { agent, generation, wished, model, before, failure } = data;
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
      : { descriptor: agentModelFailed, data: { ...change, reason: storable(failure) }, ...about };
  return { decided: { state }, look: false, told: [fact] };
});
