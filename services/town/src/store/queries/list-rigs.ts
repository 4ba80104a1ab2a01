import type { DataOf, ReplyOf, listRigs as query } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, asc, eq, gt } from "@gastown/db/drizzle";
import { rigView } from "../../domain/views.ts";
import { rigs } from "../schema/rigs.ts";
import { rigOf } from "../town-rows.ts";
import { pageOf } from "./page.ts";

/** A town's rigs, by id. */
export async function listRigs(
  tx: Tx,
  town: string,
  { limit, after }: DataOf<typeof query>,
): Promise<ReplyOf<typeof query>> {
  const rows = await tx
    .select()
    .from(rigs)
    .where(and(eq(rigs.town, town), after === undefined ? undefined : gt(rigs.rig, after)))
    .orderBy(asc(rigs.rig))
    .limit(limit + 1);
  return pageOf(rows, limit, { item: (row) => rigView(rigOf(row)), place: (row) => row.rig });
}
