import type { Tx } from "@gastown/db";
import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import type { Bead } from "../domain/bead.ts";
import { beadOf } from "./bead-rows.ts";
import { beads } from "./schema/beads.ts";
import { dependencies } from "./schema/dependencies.ts";
import { mergeRequests } from "./schema/merge-requests.ts";

/** The beads of a town that a condition on `beads` (joined with `merge_requests`) holds for, newest first. */
export async function findBeads(
  tx: Tx,
  town: string,
  where: { condition: SQL | undefined; limit?: number },
): Promise<Bead[]> {
  const found = tx
    .select({ bead: beads, request: mergeRequests })
    .from(beads)
    .leftJoin(mergeRequests, and(eq(mergeRequests.town, beads.town), eq(mergeRequests.bead, beads.bead)))
    .where(and(eq(beads.town, town), where.condition))
    .orderBy(sql`${beads.number} desc`);
  const rows = await (where.limit === undefined ? found : found.limit(where.limit));
  const issues = rows.flatMap(({ bead }) => (bead.type === "issue" ? [bead.bead] : []));
  const blockers = await findDependencies(tx, town, issues);
  return rows.map((row) => beadOf({ ...row, dependsOn: blockers.get(row.bead.bead) ?? [] }));
}

/** The beads of these ids, those that exist. */
export async function loadBeads(tx: Tx, town: string, ids: Iterable<string>): Promise<Bead[]> {
  const distinct = [...new Set(ids)];
  return distinct.length === 0 ? [] : findBeads(tx, town, { condition: inArray(beads.bead, distinct) });
}

async function findDependencies(tx: Tx, town: string, issues: readonly string[]): Promise<Map<string, string[]>> {
  if (issues.length === 0) return new Map();
  const rows = await tx
    .select()
    .from(dependencies)
    .where(and(eq(dependencies.town, town), inArray(dependencies.bead, [...issues])))
    .orderBy(dependencies.position);
  const byBead = Map.groupBy(rows, (row) => row.bead);
  return new Map(Array.from(byBead, ([bead, of]) => [bead, of.map((row) => row.dependsOn)]));
}
