import type { Time } from "./state.ts";

/** The numbers of the plan. Times are milliseconds. */
export interface Limits {
  /** Containers of all towns together; a start that needs one more waits for a place (issue 3: per installation). */
  readonly maxContainers: number;
  /** A container that was without work for this long gives its place to a town that waits for one. */
  readonly idleMs: number;
  /** A container that nobody has used for this long is stopped (kilo-town §6: 5 min). */
  readonly idleStopMs: number;
  /** After an idle stop, the next one of the town comes no earlier than this (kilo-town §6: 2 min). */
  readonly idleStopAgainMs: number;
  /** Agents in one container at the same time; further starts wait. */
  readonly maxAgents: number;
  /** A start that the container accepted and then does not mention is asked for again after this. */
  readonly confirmMs: number;
  /** A start that its container has in hand and that takes longer is not vouched for any more: the town may give it up. */
  readonly startMs: number;
  /**
   * So long may a stop take that a container has accepted, or was asked for and does not accept, until it is asked for with force. The
   * longest thing in it is to push what the agent did: git is given 5 min for that by its host.
   */
  readonly stopMs: number;
  /** So long may one take that was asked for with force, until its container is replaced: nothing in it takes more than 5 s. */
  readonly forceMs: number;
  /** A container that has not answered this long after its start is given up. */
  readonly readyMs: number;
  /** A container, or an agent in it, not heard of for longer is lost (kilo-town §3.1: 90 s, three heartbeats). */
  readonly silentMs: number;
  /** How often a container whose end nobody would tell us is looked at, while there is work in it. */
  readonly watchMs: number;
  /** How long reports that a container sent before it ended are waited for, until its agents count as lost. */
  readonly settleMs: number;
  /** Containers in a row that end without ever answering, after which the wished starts fail. */
  readonly maxFailures: number;
  /** How often the town is told that starts which wait are not lost. */
  readonly vouchMs: number;
  /** Waits after the first, second, ... failed attempt; the last holds for all later ones. */
  readonly backoffMs: readonly number[];
  /** False while the dispatcher closes, or has no model to give: nothing new is started, what is wished waits. */
  readonly starts: boolean;
}

export const defaultLimits: Limits = {
  maxContainers: 20,
  idleMs: 30_000,
  idleStopMs: 300_000,
  idleStopAgainMs: 120_000,
  maxAgents: 6,
  confirmMs: 60_000,
  startMs: 300_000,
  stopMs: 360_000,
  forceMs: 30_000,
  readyMs: 60_000,
  silentMs: 90_000,
  watchMs: 3_000,
  settleMs: 1_000,
  maxFailures: 5,
  vouchMs: 30_000,
  backoffMs: [500, 1_000, 2_000, 5_000, 15_000, 30_000],
  starts: true,
};

/** When the attempt after `attempts` failed ones, the last of them at `last`, may be made. */
export function afterBackoff(limits: Limits, last: Time, attempts: number): Time {
  if (attempts === 0) return last;
  const at = Math.min(attempts, limits.backoffMs.length) - 1;
  return last + (limits.backoffMs[at] ?? 0);
}
