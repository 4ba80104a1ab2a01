import type { Owner } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import type { Bus } from "../connect.ts";
import type { Handler } from "./outcome.ts";

/** One shard of an owner's commands, as this process works on it. */
export interface Shard {
  readonly bus: Bus;
  readonly owner: Owner;
  /** Who files dead letters. */
  readonly service: string;
  readonly stream: string;
  readonly consumer: string;
  readonly handle: Handler;
  readonly logger: Logger;
  /** The service's: aborted, the shard finishes what it has begun and ends. */
  readonly signal: AbortSignal;
  readonly retryDelaysMs: readonly number[];
  readonly handlerLimitMs: number;
  /** Told why the shard does not go on, and null when it does. */
  readonly onTrouble: (reason: string | null) => void;
}

/** What the server says about the shard's consumer. */
export interface ShardLimits {
  readonly ackWaitMs: number;
  /** 0: without end. */
  readonly maxDeliver: number;
}
