import type { Base } from "../../domain/replay.ts";

/** The town as it was then follows from entries that are kept no more. */
export class ReplayTooEarlyError extends Error {
  override name = "ReplayTooEarlyError";
  constructor({ entry, at }: Base) {
    super(`the log begins after entry ${entry} (${new Date(at).toISOString()}); ask for a later moment`);
  }
}
