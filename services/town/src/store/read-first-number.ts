import type { Tx } from "@gastown/db";
import { eq } from "@gastown/db/drizzle";
import { formerTowns } from "./schema/former-towns.ts";

/** The number of the first bead of a town that is to be made, behind those of the one that was deleted; undefined without one. */
export async function readFirstNumber(tx: Tx, town: string): Promise<number | undefined> {
  const [row] = await tx.select().from(formerTowns).where(eq(formerTowns.town, town));
  return row?.nextNumber;
}
