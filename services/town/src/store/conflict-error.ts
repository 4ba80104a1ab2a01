/** Somebody else changed it between load and save: load again and decide again. */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
  constructor(what: string) {
    super(`${what} was changed by somebody else meanwhile`);
  }
}
