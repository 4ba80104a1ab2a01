import type { DeliveryAttempt } from "./delivery-log.ts";

/**
 * The last tries of deliveries of which no try arrived, oldest first (scm §3.4). That one failed says nothing: a later one may have
 * arrived. What has no good status is missed, whatever its code; a refused connection has none at all.
 */
export function findMissed(attempts: Iterable<DeliveryAttempt>): DeliveryAttempt[] {
  const arrived = new Set<string>();
  const last = new Map<string, DeliveryAttempt>();
  for (const attempt of attempts) {
    if (attempt.arrived) arrived.add(attempt.delivery);
    // Newest first: the first one of a delivery is its last try.
    else if (!last.has(attempt.delivery)) last.set(attempt.delivery, attempt);
  }
  return [...last.values()].filter(({ delivery }) => !arrived.has(delivery)).toReversed();
}
