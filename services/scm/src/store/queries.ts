import type { Database, Tx } from "@gastown/db";

/** Where queries go: a transaction, or the pool. */
export function queriesOf(dbOrTx: Database | Tx): Database["drizzle"] | Tx {
  return "drizzle" in dbOrTx ? dbOrTx.drizzle : dbOrTx;
}
