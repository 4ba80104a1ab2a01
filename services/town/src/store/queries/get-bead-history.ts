import type { DataOf, HistoryEntry, ReplyOf, getBeadHistory as query } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, asc, eq, gt } from "@gastown/db/drizzle";
import { beadHistory } from "../schema/bead-history.ts";
import { InvalidPageError } from "./invalid-page-error.ts";
import { numberAfter, pageOf } from "./page.ts";

/** What happened to a bead, oldest first, to its deletion if it was deleted; null when there never was such a bead. */
export async function getBeadHistory(
  tx: Tx,
  town: string,
  data: DataOf<typeof query>,
): Promise<ReplyOf<typeof query> | null> {
  const after = numberAfter(data.after);
  if (after === null) throw new InvalidPageError();
  const ofBead = and(eq(beadHistory.town, town), eq(beadHistory.bead, data.bead));
  // Every bead has one, one that was deleted as well.
  const [known] = await tx.select({ id: beadHistory.id }).from(beadHistory).where(ofBead).limit(1);
  if (known === undefined) return null;
  const rows = await tx
    .select()
    .from(beadHistory)
    .where(and(ofBead, after === undefined ? undefined : gt(beadHistory.id, after)))
    .orderBy(asc(beadHistory.id))
    .limit(data.limit + 1);
  return pageOf(rows, data.limit, { item: historyEntryOf, place: (row) => String(row.id) });
}

/** A row as others see it. */
export function historyEntryOf(row: typeof beadHistory.$inferSelect): HistoryEntry {
  const { at, type, actor, cause, traceId, data } = row;
  return { at: at.toISOString(), type, actor, cause, traceId, data };
}
