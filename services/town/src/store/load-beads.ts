import type { Tx } from "@gastown/db";
import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import type { Bead } from "../domain/bead.ts";
import { beadOf } from "./bead-rows.ts";
import { beads } from "./schema/beads.ts";
import { dependencies } from "./schema/dependencies.ts";
import { mergeRequests } from "./schema/merge-requests.ts";

/** What a bead waits for, in the order in which it was given. */
const dependsOn = sql<string[]>`array(
  select ${dependencies.dependsOn} from ${dependencies}
  where ${dependencies.town} = ${beads.town} and ${dependencies.bead} = ${beads.bead} order by ${dependencies.position}
)`;

/** The beads that a condition on `beads` (joined with `merge_requests`) holds for, each with its town, newest first. */
export async function selectBeads(
  tx: Tx,
  where: { condition: SQL | undefined; limit?: number },
): Promise<{ town: string; bead: Bead }[]> {
  const found = tx
    .select({ bead: beads, request: mergeRequests, dependsOn })
    .from(beads)
    .leftJoin(mergeRequests, and(eq(mergeRequests.town, beads.town), eq(mergeRequests.bead, beads.bead)))
    .where(where.condition)
    .orderBy(sql`${beads.number} desc`);
  const rows = await (where.limit === undefined ? found : found.limit(where.limit));
  return rows.map((row) => ({ town: row.bead.town, bead: beadOf(row) }));
}

/** The same for one town. */
export async function findBeads(
  tx: Tx,
  town: string,
  { condition, ...where }: { condition: SQL | undefined; limit?: number },
): Promise<Bead[]> {
  const found = await selectBeads(tx, { ...where, condition: and(eq(beads.town, town), condition) });
  return found.map(({ bead }) => bead);
}

/** The beads of these ids, those that exist. */
export async function loadBeads(tx: Tx, town: string, ids: Iterable<string>): Promise<Bead[]> {
  const distinct = [...new Set(ids)];
  return distinct.length === 0 ? [] : findBeads(tx, town, { condition: inArray(beads.bead, distinct) });
}
