import { isDeepStrictEqual } from "node:util";

/** A setting that is not as wanted. */
export interface Difference {
  readonly setting: string;
  readonly wanted: unknown;
  readonly found: unknown;
}

/** Settings no server changes on what exists; asking for it is an error, or is passed over in silence (nats §1.4). */
const immutable: ReadonlySet<string> = new Set([
  "name",
  "storage",
  "retention",
  "max_consumers",
  "durable_name",
  "deliver_policy",
  "replay_policy",
  "ack_policy",
  "opt_start_seq",
  "opt_start_time",
]);

/** The settings of `wanted` that `found` does not have; what is not wanted is left alone. */
export function diffConfig(wanted: object, found: object): Difference[] {
  const settings = found as Record<string, unknown>;
  return Object.entries(wanted)
    .filter(([setting, value]) => !isDeepStrictEqual(value, settings[setting]) && !isDefault(value, settings[setting]))
    .map(([setting, value]) => ({ setting, wanted: value, found: settings[setting] }));
}

/** True when the difference can be removed without making the thing again. */
export function isMutable({ setting }: Difference): boolean {
  return !immutable.has(setting);
}

/** Servers leave out what has its default. */
function isDefault(wanted: unknown, found: unknown): boolean {
  return found === undefined && (wanted === false || wanted === "" || wanted === 0 || wanted === -1);
}
