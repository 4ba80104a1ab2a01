import { transaction, type Database, type Tx } from "@gastown/db";
import { and, eq, lt, lte, max } from "@gastown/db/drizzle";
import { evolveAll } from "../domain/evolve.ts";
import { loadBase, saveBase } from "./log-base.ts";
import { toDate } from "./moments.ts";
import { readLog } from "./read-log.ts";
import { log } from "./schema/log.ts";

/** How long each entry of a log is kept, in milliseconds: 30 days, as long as commands are known by their id. */
export const logKeptMs = 30 * 86_400_000;

/** Entries older than 30 days are gone, and what followed from them is each town's base (W34: nothing grows for ever). */
export async function shortenLogs(db: Database, now: number): Promise<void> {
  const old = await db.drizzle
    .select({ town: log.town, last: max(log.id) })
    .from(log)
    .where(lt(log.at, toDate(now - logKeptMs)))
    .groupBy(log.town);
  for (const { town, last } of old) {
    if (last !== null) await transaction(db, (tx) => shorten(tx, town, last));
  }
}

async function shorten(tx: Tx, town: string, last: number): Promise<void> {
  const base = await loadBase(tx, town);
  let state = base?.state ?? null;
  let at = base?.at ?? 0;
  for await (const entries of readLog(tx, town, { after: base?.entry ?? 0, entry: last })) {
    for (const entry of entries) {
      state = evolveAll(state, entry.changes, entry.at);
      ({ at } = entry);
    }
  }
  if (state !== null) await saveBase(tx, town, { entry: last, at, state });
  await tx.delete(log).where(and(eq(log.town, town), lte(log.id, last)));
}
