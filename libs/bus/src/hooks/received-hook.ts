import type { HookFields } from "./hook-fields.ts";

/** A delivery as its handler gets it. */
export interface ReceivedHook extends HookFields {
  /** As it came; what signals need of it when `encoding` is `reduced`. */
  readonly body: Uint8Array;
  /** In stream `HOOK`. */
  readonly seq: number;
  /** 1 at the first. */
  readonly deliveries: number;
}

/** What became of a delivery. `retry`: nothing was committed; it comes again, and is a dead letter when it has come too often. */
export type HookOutcome =
  | { readonly outcome: "done" }
  | { readonly outcome: "retry"; readonly error: unknown }
  | { readonly outcome: "dead"; readonly code: string; readonly message: string };

/** Handles deliveries that wait, at most 64 at once, and answers an outcome for each. What it throws is a retry of all. */
export type HookHandler = (hooks: readonly ReceivedHook[]) => Promise<readonly HookOutcome[]>;
