/** An agent cannot have the model that was wished for it. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  /** `unknown`: its program has no such model. `cannot_change`: it lets nobody choose. */
  readonly kind: "unknown" | "cannot_change";
  constructor(kind: ModelError["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}
