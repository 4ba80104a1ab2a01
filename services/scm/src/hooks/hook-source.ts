import type { HookProvider } from "@gastown/contracts";
import type { HookReading } from "./hook-reading.ts";

/** What the headers of a delivery say it is. */
export interface HookName {
  readonly event: string;
  readonly delivery: string;
}

/** One forge whose webhooks we take: how we know that they are its, and what they say. */
export interface HookSource {
  readonly provider: HookProvider;
  /** Which delivery it is; or, as text, which header is missing or wrong. */
  name(headers: Headers): HookName | string;
  /** False when the headers alone show that it is not the forge's. */
  admits(headers: Headers): boolean;
  /** Whether the forge sent exactly this body. Takes the same time for every wrong answer. */
  verify(headers: Headers, body: string): Promise<boolean>;
  /** The forge's word for what happened, or null. */
  action(data: unknown): string | null;
  /** What it says. Throws InvalidHookError. */
  read(event: string, data: unknown): HookReading;
  /** As much of the body as `read` needs, as JSON text. Throws InvalidHookError. */
  reduce(event: string, data: unknown): string;
}
