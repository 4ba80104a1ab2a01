import { agentWorkRescued, reportRescue, tellAgentRescue } from "@gastown/contracts";
import { defineHandler } from "./command-handler.ts";

/** Work that a host brought to the forge is told on: to everybody as an event, and to the town for its bead's history. */
export const tellRescue = defineHandler(tellAgentRescue, (state, data, { envelope }) => {
  const { at: _at, container, bead, ...rescued } = data;
  const about = {
    town: envelope.townid,
    actor: "service:dispatcher",
    subject: data.agent === null ? `container/${container}` : `agent/${data.agent}`,
    causationId: envelope.id,
    correlationId: envelope.correlationid,
  };
  const toTown = bead === null ? [] : [{ descriptor: reportRescue, data: { ...rescued, bead }, ...about }];
  return { decided: { state }, look: false, told: [{ descriptor: agentWorkRescued, data, ...about }, ...toTown] };
});
