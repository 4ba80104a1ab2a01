import type { Limits } from "./limits.ts";
import type { Planning } from "./planning.ts";
import { isIn } from "./state.ts";
import type { AgentState, Time } from "./state.ts";

/** How a stop goes on that its container has accepted; the times say when it is on to the next. */
type StopStage =
  /** It is given the time that saving work may take. */
  | { readonly stage: "under_way"; readonly forceAt: Time }
  /** It took longer than that: the container is asked to end it without what may be left out. */
  | { readonly stage: "to_be_forced" }
  | { readonly stage: "forced"; readonly stuckAt: Time }
  /** Not even that ended it: its container is not well. */
  | { readonly stage: "stuck" };

/**
 * Where the accepted stop of an agent is; null when none was accepted. Asked for after its time was over, it was asked for with
 * force: that is all that tells the two apart, so that nothing more is stored. Pure.
 */
export function stopStage({ state, since, stop }: AgentState, at: { now: Time; limits: StopLimits }): StopStage | null {
  if (state !== "stopping" || stop === null) return null;
  const { now, limits } = at;
  const forceAt = since + limits.stopMs;
  if (now < forceAt) return { stage: "under_way", forceAt };
  if (stop.askedAt === null || stop.askedAt < forceAt) return { stage: "to_be_forced" };
  const stuckAt = stop.askedAt + limits.forceMs;
  return now < stuckAt ? { stage: "forced", stuckAt } : { stage: "stuck" };
}

type StopLimits = Pick<Limits, "stopMs" | "forceMs">;

/**
 * A container that does not end an agent, by force either, is replaced: the agent would have its place for as long as the
 * container lives. It answers, so that what else it runs is saved first. Answers whether that is so.
 */
export function planStuckStops({ state, seen, now, limits, actions }: Planning): boolean {
  const { container } = state;
  if (seen.status === null || container.state !== "running") return false;
  const stuck = [...state.agents.values()].find(
    (known) => isIn(known, container) && stopStage(known, { now, limits })?.stage === "stuck",
  );
  const current = seen.containers.find(({ generation }) => generation === container.generation);
  if (stuck === undefined || current === undefined) return false;
  const reason = `it did not end ${stuck.agent} within ${Math.round((now - stuck.since) / 1_000)} s, by force either`;
  actions.push({ kind: "kill-container", container: current.name, reason, drain: true });
  return true;
}
