import type { Difference } from "./diff-config.ts";
import type { Sharding } from "./stream-config.ts";

/** A setting of a stream or consumer that is not as wanted, and stays so. */
export interface Remaining extends Difference {
  /** `EVT`, or `CMD_TOWN/town-3`. */
  readonly resource: string;
  /** What a person can do about it. */
  readonly advice: string;
}

/** What `provision` found and did. Nothing was deleted or made again. */
export interface ProvisionReport {
  readonly serverVersion: string;
  readonly sharding: Sharding;
  readonly created: string[];
  readonly updated: string[];
  readonly unchanged: string[];
  /** Asked for, acknowledged, and not there: a server too old for it drops it without a word. */
  readonly dropped: Remaining[];
  /** Cannot be changed on what exists, or the server refused to. */
  readonly differs: Remaining[];
}

/** The servers cannot be made to hold our streams; `message` says what to do. */
export class ProvisionError extends Error {
  override name = "ProvisionError";
}
