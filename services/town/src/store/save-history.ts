import type { Tx } from "@gastown/db";
import type { Change } from "../domain/change.ts";
import { remember } from "../domain/history.ts";
import { beadHistory } from "./schema/bead-history.ts";
import { addRows } from "./write-rows.ts";

/** Changes of a town that somebody made because of something, in a trace. */
export interface Made {
  readonly town: string;
  readonly changes: readonly Change[];
  readonly at: number;
  readonly actor: string;
  /** The id of a command, or the name of a rule. */
  readonly cause: string;
  readonly traceId: string | null;
}

/** The changes are in the histories of the beads they are about, in this order. */
export async function saveHistory(tx: Tx, made: readonly Made[]): Promise<void> {
  const rows = made.flatMap(({ town, changes, at, actor, cause, traceId }) =>
    changes.flatMap((change) => {
      const remembered = remember(change);
      if (remembered === null) return [];
      const { beads, type, data } = remembered;
      return beads.map((bead) => ({ town, bead, at: new Date(at), type, actor, cause, traceId, data }));
    }),
  );
  await addRows(tx, beadHistory, rows);
}
