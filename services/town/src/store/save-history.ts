import type { Tx } from "@gastown/db";
import type { Change } from "../domain/change.ts";
import { remember } from "../domain/history.ts";
import { beadHistory } from "./schema/bead-history.ts";

/** Changes that somebody made because of something, in a trace. */
export interface Made {
  readonly changes: readonly Change[];
  readonly at: number;
  readonly actor: string;
  /** The id of a command, or the name of a rule. */
  readonly cause: string;
  readonly traceId: string | null;
}

/** The changes are in the histories of the beads they are about. */
export async function saveHistory(tx: Tx, town: string, { changes, at, actor, cause, traceId }: Made): Promise<void> {
  const rows = changes.flatMap((change) => {
    const remembered = remember(change);
    if (remembered === null) return [];
    const { beads, type, data } = remembered;
    return beads.map((bead) => ({ town, bead, at: new Date(at), type, actor, cause, traceId, data }));
  });
  if (rows.length > 0) await tx.insert(beadHistory).values(rows);
}
