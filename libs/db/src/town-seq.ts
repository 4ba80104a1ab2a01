import { sql } from "@gastown/db/drizzle";
import type { Database } from "./database.ts";
import { queriesOf, type Tx } from "./transaction.ts";

/** The highest sequence in `EVT` that this schema's relay has published for a town; null when none yet. */
export async function readTownSeq(dbOrTx: Database | Tx, town: string): Promise<number | null> {
  const { rows } = await queriesOf(dbOrTx).execute<{ seq: string }>(
    sql`select seq::text as seq from town_seq where town = ${town}`,
  );
  return rows[0] === undefined ? null : Number(rows[0].seq);
}
