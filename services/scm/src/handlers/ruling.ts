import type { Envelope, VerdictCode } from "@gastown/contracts";
import type { OutboxDraft, Tx } from "@gastown/db";

/** A command, inside the transaction that decides it. */
export interface Deciding<Data> {
  readonly tx: Tx;
  readonly town: string;
  readonly data: Data;
  readonly envelope: Envelope;
}

/** What is decided about a command. */
export type Ruling =
  | { readonly outcome: "applied"; readonly result: Record<string, unknown>; readonly outbox?: readonly OutboxDraft[] }
  | Refusal;

/** It is not done; `outbox` tells those who did not ask themselves. */
export interface Refusal {
  readonly outcome: "refused" | "terminal";
  readonly code: VerdictCode;
  readonly message: string;
  readonly outbox?: readonly OutboxDraft[];
}

export function applied(result: Record<string, unknown>, outbox: readonly OutboxDraft[] = []): Ruling {
  return { outcome: "applied", result, outbox };
}

/** The state does not allow it now. */
export function refused(code: VerdictCode, message: string): Refusal {
  return { outcome: "refused", code, message };
}

/** What it is about does not exist: it can never succeed. */
export function notFound(code: Extract<VerdictCode, `${string}_not_found`>, message: string): Refusal {
  return { outcome: "terminal", code, message };
}
