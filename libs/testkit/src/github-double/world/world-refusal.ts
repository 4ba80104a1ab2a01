/** Why GitHub would not do what was asked: REST answers with the status, GraphQL with an error of the type. */
export class WorldRefusal extends Error {
  override readonly name = "WorldRefusal";
  readonly status: number;
  /** Entries of REST's `errors`, as `{resource, field, code, message}`. */
  readonly details: readonly RefusalDetail[];
  constructor(status: number, message: string, details: readonly RefusalDetail[] = []) {
    super(message);
    this.status = status;
    this.details = details;
  }
  /** GraphQL's word for it. */
  get type(): "NOT_FOUND" | "FORBIDDEN" | "UNPROCESSABLE" {
    if (this.status === 404) return "NOT_FOUND";
    return this.status === 403 ? "FORBIDDEN" : "UNPROCESSABLE";
  }
}

export interface RefusalDetail {
  readonly resource: string;
  readonly code: string;
  readonly field?: string;
  readonly message?: string;
}
