import type { containerHeartbeat, DataOf } from "@gastown/contracts";
import type { AgentRun } from "./agent-run.ts";
import { keepsSession } from "./keeps-session.ts";

/** What a heartbeat tells of one run: that it lives, when it last did something, and all it has used so far. */
export function beatOf(run: AgentRun): DataOf<typeof containerHeartbeat>["agents"][number] {
  const { job, aliveAt, usage, state, busy, inTurn } = run;
  return {
    agent: job.agent,
    generation: job.generation,
    // A start is bounded by its own limits; a running server shows its life by answering.
    aliveAt: (state === "running" ? aliveAt : new Date()).toISOString(),
    activeAt: lastUseOf(run)?.toISOString() ?? null,
    ...usage,
    // A mayor at work is no idle one, whatever it works with: between its turns it waits for people.
    busy: state === "running" && (busy || (inTurn && keepsSession(job))),
  };
}

/** What it did itself, or what a person did in one of its terminals. */
function lastUseOf({ activeAt, usedAt }: AgentRun): Date | null {
  if (activeAt === null || usedAt === null) return activeAt ?? usedAt;
  return usedAt > activeAt ? usedAt : activeAt;
}
