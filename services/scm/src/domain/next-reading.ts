import type { PrState } from "@gastown/contracts";
import type { Action } from "./derive.ts";

/** When a pull request is to be read again though nothing is heard of it. */
export interface NextReading {
  readonly inMs: number;
  /** `ladder`: something is about to change, and it alone is read. `poll`: together with others of its repository. */
  readonly by: "ladder" | "poll";
}

const minute = 60_000;

/** The backstop for what has no webhook, or whose webhook was lost (scm §3.2). */
const pollMs: Readonly<Partial<Record<PrState, number>>> = {
  queued: 30_000,
  unknown: 30_000,
  awaiting_approval: 60 * minute,
  blocked: 60 * minute,
};
const otherPollMs = 5 * minute;

interface Seen {
  readonly state: PrState;
  readonly action: Action;
  /** Looks in a row that found this state before. */
  readonly sameLooks: number;
  /** How long a head without checks still counts as young; null when it does not matter, 0 or less when it is over. */
  readonly settlesInMs: number | null;
}

/** The ladder of the state while it lasts (scm §1.8, §2.1), then its place in the sweeps of its repository (scm §3.2). */
export function nextReading({ state, action, sameLooks, settlesInMs }: Seen): NextReading {
  const rung = "ladderMs" in action ? action.ladderMs[sameLooks] : undefined;
  if (rung !== undefined) return { inMs: rung, by: "ladder" };
  const poll = pollMs[state] ?? otherPollMs;
  if (settlesInMs !== null && settlesInMs > 0 && settlesInMs < poll) return { inMs: settlesInMs, by: "ladder" };
  return { inMs: poll, by: "poll" };
}
