import type { PolicyOverride } from "@gastown/contracts";

/** An override with the fields given on top of those stored. */
export function mergeOverride(stored: PolicyOverride, given: PolicyOverride): PolicyOverride {
  const fields = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...stored, ...Object.fromEntries(fields) };
}
