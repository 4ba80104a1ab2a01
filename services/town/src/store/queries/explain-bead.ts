import type { Explanation } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, desc, eq } from "@gastown/db/drizzle";
import { explain } from "../../domain/explain.ts";
import { causeOf } from "../cause-rows.ts";
import { loadBeads } from "../load-beads.ts";
import { beadHistory } from "../schema/bead-history.ts";
import { causes } from "../schema/causes.ts";
import { historyEntryOf } from "./get-bead-history.ts";

/** Why a bead is where it is, told at `now` from what was stored; null when there is no such bead. */
export async function explainBead(
  tx: Tx,
  { town, bead: id, now }: { town: string; bead: string; now: number },
): Promise<Explanation | null> {
  const [bead] = await loadBeads(tx, town, [id]);
  if (bead === undefined) return null;
  const said = await tx
    .select()
    .from(causes)
    .where(and(eq(causes.town, town), eq(causes.bead, id)));
  const [last] = await tx
    .select()
    .from(beadHistory)
    .where(and(eq(beadHistory.town, town), eq(beadHistory.bead, id)))
    .orderBy(desc(beadHistory.id))
    .limit(1);
  return explain(bead, { causes: said.map(causeOf), lastCause: last === undefined ? null : historyEntryOf(last), now });
}
