import type { DataOf, ReplyOf, listTowns as query } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { asc, gt } from "@gastown/db/drizzle";
import { townView } from "../../domain/views.ts";
import { towns } from "../schema/towns.ts";
import { townOf } from "../town-rows.ts";
import { pageOf } from "./page.ts";

/** All towns, by id. */
export async function listTowns(tx: Tx, { limit, after }: DataOf<typeof query>): Promise<ReplyOf<typeof query>> {
  const rows = await tx
    .select()
    .from(towns)
    .where(after === undefined ? undefined : gt(towns.town, after))
    .orderBy(asc(towns.town))
    .limit(limit + 1);
  return pageOf(rows, limit, { item: (row) => townView(townOf(row)), place: (row) => row.town });
}
