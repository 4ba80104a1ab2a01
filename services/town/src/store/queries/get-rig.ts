import type { RigView } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, eq } from "@gastown/db/drizzle";
import { rigView } from "../../domain/views.ts";
import { rigs } from "../schema/rigs.ts";
import { rigOf } from "../town-rows.ts";

/** One rig; null when there is none. */
export async function getRig(tx: Tx, town: string, rig: string): Promise<RigView | null> {
  const [row] = await tx
    .select()
    .from(rigs)
    .where(and(eq(rigs.town, town), eq(rigs.rig, rig)));
  return row === undefined ? null : rigView(rigOf(row));
}
