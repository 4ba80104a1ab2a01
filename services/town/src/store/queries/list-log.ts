import type { DataOf, ReplyOf, listLog as query } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, asc, eq, gt } from "@gastown/db/drizzle";
import { log } from "../schema/log.ts";
import { InvalidPageError } from "./invalid-page-error.ts";
import { numberAfter, pageOf } from "./page.ts";

/** The stored inputs of a town, oldest first; those of a deleted town are gone with it. */
export async function listLog(tx: Tx, town: string, data: DataOf<typeof query>): Promise<ReplyOf<typeof query>> {
  const after = numberAfter(data.after);
  if (after === null) throw new InvalidPageError();
  const rows = await tx
    .select()
    .from(log)
    .where(and(eq(log.town, town), after === undefined ? undefined : gt(log.id, after)))
    .orderBy(asc(log.id))
    .limit(data.limit + 1);
  return pageOf(rows, data.limit, { item: viewOf, place: (row) => String(row.id) });
}

function viewOf({ id, at, kind, type, actor, cause, changes }: typeof log.$inferSelect) {
  return { seq: id, at: at.toISOString(), kind, type, actor, cause, changes: changes.map((change) => change.type) };
}
