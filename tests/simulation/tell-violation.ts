import type { Violation } from "@gastown/testkit/simulator";

/** A violation for people: what, how to see it again, and what led to it. */
export function tellViolation({ seed, step, what, story }: Violation): string {
  const again = `npm run simulate -- --histories 1 --seed ${seed}`;
  return [`seed ${seed}, step ${step}: ${what}`, `again: ${again}`, "", ...story.slice(-60)].join("\n");
}
