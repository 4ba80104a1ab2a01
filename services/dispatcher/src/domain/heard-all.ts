import type { Limits } from "./limits.ts";
import type { Seen } from "./seen.ts";
import type { ContainerState, Time } from "./state.ts";

/**
 * From when on what a stopped container sent at last has had the time to arrive: nothing arrives while the bus is away, so not before
 * it came back. Null while it is away, and when no container has stopped. Pure.
 */
export function heardAll(
  { stoppedAt }: Pick<ContainerState, "stoppedAt">,
  { reachableSince }: Pick<Seen, "reachableSince">,
  { settleMs }: Pick<Limits, "settleMs">,
): Time | null {
  if (stoppedAt === null || reachableSince === null) return null;
  return Math.max(stoppedAt, reachableSince) + settleMs;
}
