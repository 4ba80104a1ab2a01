import type { TraceCarrier } from "@gastown/telemetry";
import type { PullLook } from "../store/pull-look.ts";
import type { NumberedPull, PullRow } from "../store/rows.ts";

/** A look at a pull request that the forge has. */
export type NumberedLook = PullLook & { readonly pull: NumberedPull };

/** `again`: something has changed since it was read, or was just done; what it comes to is seen by looking. */
export type Looked = "settled" | "again";

/** The trace the bead's own work is in: of the command to merge once there is one, else of the one to open. */
export function traceOf({ mergeTraceparent, traceparent }: PullRow): TraceCarrier {
  return { traceparent: mergeTraceparent ?? traceparent ?? undefined };
}
