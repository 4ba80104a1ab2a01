import { policyIn, type TownState } from "./state.ts";

/** A breaker that holds back dispatch now: that of the town (`rig` null) or of a rig. */
export interface Tripped {
  readonly rig: string | null;
  /** Failed attempts in the window. */
  readonly failures: number;
  /** When enough of them are old, should no more be added. */
  readonly closesAt: number;
}

/** The breaker of the town or of one rig, when as many attempts as the policy allows failed in the window (W7); else null. */
export function trippedIn(state: TownState, rig: string | null, now: number): Tripped | null {
  if (state.town.failures.length === 0) return null;
  const { breakerWindowMs, breakerFailures, breakerRigFailures } = policyIn(state, rig);
  const limit = rig === null ? breakerFailures : breakerRigFailures;
  const times = state.town.failures
    .filter((failure) => (rig === null || failure.rig === rig) && now < failure.at + breakerWindowMs)
    .map(({ at }) => at)
    .toSorted((a, b) => a - b);
  const last = times[times.length - limit];
  return last === undefined ? null : { rig, failures: times.length, closesAt: last + breakerWindowMs };
}

/** The breaker that holds back what is in this rig longest; null when none does. */
export function trippedFor(state: TownState, rig: string | null, now: number): Tripped | null {
  const town = trippedIn(state, null, now);
  const own = rig === null ? null : trippedIn(state, rig, now);
  return town === null || (own !== null && own.closesAt > town.closesAt) ? own : town;
}
