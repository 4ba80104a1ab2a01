import { reportContainerAgent } from "@gastown/contracts";
import { agentReported } from "../domain/observed.ts";
import { defineHandler, storable } from "./command-handler.ts";

/** What a container host tells of a start is stored, and told on. The look that follows gives a free place away, or ends a stray. */
export const report = defineHandler(reportContainerAgent, (state, data, { cause, now }) => {
  // A clock that is ahead must not make an agent live longer.
  const at = Math.min(Date.parse(data.at), now);
  const told = {
    ...data,
    reason: storable(data.reason),
    endCause: data.cause ?? null,
    at,
    container: data.container ?? null,
    cause,
  };
  return { decided: agentReported(state, told, now), look: true };
});
