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
  | { readonly outcome: "refused" | "terminal"; readonly code: VerdictCode; readonly message: string };

export function applied(result: Record<string, unknown>, outbox: readonly OutboxDraft[] = []): Ruling {
  return { outcome: "applied", result, outbox };
}

/** The state does not allow it now. */
export function refused(code: VerdictCode, message: string): Ruling {
  return { outcome: "refused", code, message };
}

/** What it is about does not exist: it can never succeed. */
export function notFound(code: Extract<VerdictCode, `${string}_not_found`>, message: string): Ruling {
  return { outcome: "terminal", code, message };
}
