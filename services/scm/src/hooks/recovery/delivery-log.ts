import type { HookProvider } from "@gastown/contracts";

/** One try of a forge to deliver a webhook. */
export interface DeliveryAttempt {
  /** What `redeliver` takes; opaque. */
  readonly id: string;
  /** The same for all tries of one delivery. */
  readonly delivery: string;
  readonly event: string;
  /** When it was tried; null when the forge does not say. */
  readonly at: Date | null;
  /** We answered with a good status. */
  readonly arrived: boolean;
  /** The forge's words for what happened. */
  readonly status: string;
}

/** A forge's memory of what it delivered to us. Calls throw `ScmError`. */
export interface DeliveryLog {
  readonly provider: HookProvider;
  /** How far back it goes, in milliseconds. */
  readonly keptMs: number;
  /** The pause between two redeliveries, in milliseconds. */
  readonly paceMs: number;
  /** Tries, newest first as far as they have a time; whoever has read enough stops. */
  attempts(signal: AbortSignal): AsyncIterable<DeliveryAttempt>;
  /** The forge delivers it once more, under the same id. */
  redeliver(attempt: DeliveryAttempt, signal: AbortSignal): Promise<void>;
}
