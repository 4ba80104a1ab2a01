import type { ServiceError } from "@gastown/contracts";
import { whereabouts } from "@gastown/telemetry";

/** Longer messages and stacks are cut: an event is not a log. */
const longestText = 4_000;

/** What was thrown, as events tell it, with the town and the trace whose work goes on just now. */
export function errorOf(thrown: unknown): ServiceError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    name: error.name,
    message: error.message.slice(0, longestText),
    stack: thrown instanceof Error ? (thrown.stack?.slice(0, longestText) ?? null) : null,
    ...whereabouts(),
  };
}
