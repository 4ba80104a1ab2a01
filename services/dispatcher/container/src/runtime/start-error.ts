import type { StartFailure } from "@gastown/contracts";

/** A start that failed, with its kind: what is decided by it goes by that, never by the text. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly kind: StartFailure;
  constructor(kind: StartFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The kind of what was thrown by a start. */
export function startFailureOf(error: unknown): StartFailure {
  return error instanceof StartError ? error.kind : "unknown";
}
