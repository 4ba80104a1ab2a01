/** Why a question was not answered. */
export type QueryErrorCode = "not_found" | "invalid" | "unavailable" | "failed";

const codes: ReadonlySet<string> = new Set<QueryErrorCode>(["not_found", "invalid", "unavailable", "failed"]);

/**
 * `not_found`: what is asked about does not exist. `invalid`: the question breaks its contract, the message names the field.
 * `unavailable`: nobody answered in time. `failed`: the answering side has a fault. Thrown by handlers to be told to the asker.
 */
export class QueryError extends Error {
  override name = "QueryError";
  readonly code: QueryErrorCode;
  constructor(code: QueryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function isQueryErrorCode(code: unknown): code is QueryErrorCode {
  return typeof code === "string" && codes.has(code);
}
