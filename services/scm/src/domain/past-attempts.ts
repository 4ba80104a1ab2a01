import type { AttemptResult } from "./merge-gate.ts";

/** An attempt as it is stored. Times are milliseconds since 1970. */
export interface PastAttempt {
  readonly result: AttemptResult;
  readonly message: string | null;
  readonly startedAt: number;
  /** Null while its end is not known. */
  readonly endedAt: number | null;
}

/** When an attempt whose outcome is not known is read back, after its start (scm §2.3 step 8). */
const readBackAtMs = [1_000, 3_000, 10_000, 30_000];
/** How long a pull request that the queue has taken may not show it. */
const queueLagMs = 60_000;
const letGo = "its merge queue let it go; see there why, and push what helps or queue it there";
/** Waits after the first and the second time that the base moved under a merge (scm §1.7: Tide's values), and after more. */
const baseMovedWaitMs = [4_000, 8_000, 16_000];
const baseMovedForgottenMs = 60_000;

/** How long until an attempt with an unknown outcome is read back the next time. */
export function readBackInMs({ startedAt }: PastAttempt, now: number): number {
  const next = readBackAtMs.find((at) => startedAt + at > now);
  return next === undefined ? 1_000 : startedAt + next - now;
}

/** The forge's words on exactly this snapshot, while they stand in the way of another attempt (scm §0.5); null when none do. */
export function refusalIn(attempt: PastAttempt | null, now: number): string | null {
  if (attempt === null) return null;
  const { result, message, endedAt } = attempt;
  if (result === "ejected") return letGo;
  if (result === "refused") return message ?? "no reason told";
  if (result === "contained") return "it never said whether it did, and the base has all of it; look at it there";
  return result === "enqueued" && now - (endedAt ?? now) > queueLagMs ? letGo : null;
}

/** How long to wait since the base moved under the last merges of this pull request; 0 when it did not. */
export function baseMovedHoldMs(attempts: readonly PastAttempt[], now: number): number {
  const ends = attempts
    .flatMap(({ result, endedAt }) => (result === "base_moved" && endedAt !== null ? [endedAt] : []))
    .filter((endedAt) => now - endedAt < baseMovedForgottenMs);
  if (ends.length === 0) return 0;
  const wait = baseMovedWaitMs[Math.min(ends.length, baseMovedWaitMs.length) - 1] ?? 0;
  return Math.max(0, Math.max(...ends) + wait - now);
}
