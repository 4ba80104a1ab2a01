/** An `after` that no page of ours has given. */
export class InvalidPageError extends Error {
  override readonly name = "InvalidPageError";
  constructor() {
    super("after: is not the `next` of a page of this list");
  }
}
