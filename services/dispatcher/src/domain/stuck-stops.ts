import type { Limits } from "./limits.ts";
import type { Planning } from "./planning.ts";
import type { Seen } from "./seen.ts";
import { isIn } from "./state.ts";
import type { AgentState, Time } from "./state.ts";

/** How a stop goes on; the times say when it is on to the next. */
type StopStage =
  /** It is given the time that saving work may take. */
  | { readonly stage: "under_way"; readonly forceAt: Time }
  /** It took longer than that: the container is asked to end it without what may be left out. */
  | { readonly stage: "to_be_forced" }
  | { readonly stage: "forced"; readonly stuckAt: Time }
  /** Not even that ended it: its container is not well. */
  | { readonly stage: "stuck" };

/**
 * Where the stop of an agent is; null when none is wished. A stop that its container accepted has its time from then on. One that it
 * did not has as much from when it was wished: the container may have got it although its answer never came; what nobody could have
 * been asked, since the bus was away, takes nothing of it. Pure.
 */
export function stopStage({ state, since, stop }: AgentState, at: StopTimes): StopStage | null {
  if (stop === null) return null;
  const { now, limits } = at;
  const heard = at.reachableSince ?? now;
  if (stop.forcedAt === null) {
    const begun = state === "stopping" ? since : Math.max(since, stop.wishedAt, heard);
    const forceAt = begun + limits.stopMs;
    return now < forceAt ? { stage: "under_way", forceAt } : { stage: "to_be_forced" };
  }
  // Accepted with force, or the bus came back: it has as much again.
  const stuckAt = Math.max(since, stop.forcedAt, heard) + limits.forceMs;
  return now < stuckAt ? { stage: "forced", stuckAt } : { stage: "stuck" };
}

interface StopTimes extends Pick<Seen, "reachableSince"> {
  readonly now: Time;
  readonly limits: Pick<Limits, "stopMs" | "forceMs">;
}

/**
 * A container that does not end an agent, by force either, is replaced: the agent would have its place for as long as the
 * container lives. It is alive by what it tells, so that it is given the time to save what else it runs. Answers whether that is so.
 */
export function planStuckStops({ state, seen, now, limits, actions }: Planning): boolean {
  const { container } = state;
  const current = seen.containers.find(({ generation }) => generation === container.generation);
  if (container.state !== "running" || current === undefined) return false;
  const { reachableSince } = seen;
  const stuck = [...state.agents.values()].find(
    (known) => isIn(known, container) && stopStage(known, { now, limits, reachableSince })?.stage === "stuck",
  );
  if (stuck === undefined) return false;
  actions.push({ kind: "kill-container", container: current.name, reason: whyStuck(stuck, now), drain: true });
  return true;
}

function whyStuck({ agent, state, since, stop }: AgentState, now: Time): string {
  const accepted = state === "stopping";
  const seconds = Math.round((now - (accepted ? since : (stop?.wishedAt ?? since))) / 1_000);
  return `it did not ${accepted ? "end" : "accept the stop of"} ${agent} within ${seconds} s, by force either`;
}
