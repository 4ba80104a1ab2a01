import { agentReady, reportContainerAgent, type DataOf } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import { agentReported } from "../domain/observed.ts";
import { defineHandler, storable, type Received } from "./command-handler.ts";

/** How a start went that has just come up, for who looks at durations. */
function readyTold(data: DataOf<typeof reportContainerAgent>, { envelope }: Received): OutboxDraft[] {
  const { agent, generation, container, state, start } = data;
  if (state !== "running" || start === undefined || container === undefined) return [];
  const { phases, totalMs, prewarmed, resumed } = start;
  return [
    {
      descriptor: agentReady,
      town: envelope.townid,
      data: { agent, generation, container, phases, totalMs, prewarmed, resumed },
      actor: "service:dispatcher",
      subject: `agent/${agent}`,
      causationId: envelope.id,
      correlationId: envelope.correlationid,
    },
  ];
}

/** What a container host tells of a start is stored, and told on. The look that follows gives a free place away, or ends a stray. */
export const report = defineHandler(reportContainerAgent, (state, data, received) => {
  const { cause, now } = received;
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
  const decided = agentReported(state, told, now);
  return { decided, look: true, told: "state" in decided ? readyTold(data, received) : [] };
});
