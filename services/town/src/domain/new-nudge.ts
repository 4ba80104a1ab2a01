import type { Nudge } from "./nudge.ts";
import type { TownState } from "./state.ts";
import type { Trace } from "./trace.ts";

/** What is to be said to an agent, by whom, and how long that is worth it. */
export interface Saying {
  readonly agent: string;
  readonly message: string;
  readonly mode: Nudge["mode"];
  readonly priority: Nudge["priority"];
  /** An actor, or `rule:<name>`. */
  readonly source: string;
  /** Milliseconds; absent: the town's policy; null: it never expires. */
  readonly ttlMs?: number | null | undefined;
  readonly trace: Trace;
  readonly now: number;
}

/**
 * A pending nudge, `n-` and the town's next number; it expires in any mode (kilo-town §1.9), unless it is said to a mayor (W16). When earlier changes of the same
 * decision made beads or nudges, `state` is the one after those.
 */
export function newNudge(state: TownState, saying: Saying): Nudge {
  const { agent, message, mode, priority, source, trace, now } = saying;
  const { nextNumber, policy } = state.town;
  return {
    nudge: `n-${nextNumber.toString(36)}`,
    agent,
    message,
    mode,
    priority,
    source,
    state: "pending",
    reason: null,
    createdAt: now,
    expiresAt: saying.ttlMs === null ? null : now + (saying.ttlMs ?? policy.nudgeTtlMs),
    askedAt: null,
    deliveredAt: null,
    trace,
    version: 0,
  };
}
