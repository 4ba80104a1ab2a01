import type { Tx } from "@gastown/db";
import { and, eq, sql, type SQL } from "@gastown/db/drizzle";
import type { Bead } from "../domain/bead.ts";
import { beadOf } from "./bead-rows.ts";
import { isOneOf } from "./is-one-of.ts";
import { fromJsonRows, jsonRow, type JsonRow } from "./read-rows.ts";
import { beads } from "./schema/beads.ts";
import { mergeRequests } from "./schema/merge-requests.ts";

/** All rows of a bead as JSON: its own, its merge request's if it is one, and what it waits for in the order given. */
export type JsonBead = readonly [bead: JsonRow, request: JsonRow | null, dependsOn: readonly string[]];

interface Where {
  /** On `beads`, joined with `merge_requests`. */
  readonly condition: SQL | undefined;
  readonly limit?: number;
}

/** The beads for which a condition holds, newest first, as one JSON value to be selected with others in one query. */
export function jsonBeads({ condition, limit }: Where): SQL {
  const where = condition === undefined ? sql`` : sql`where ${condition}`;
  const first = limit === undefined ? sql`` : sql`limit ${limit}`;
  return sql`(select coalesce(json_agg(found.bead order by found.number desc), '[]') from (
    select ${beads.number}, json_build_array(
      ${jsonRow(beads)},
      case when ${mergeRequests.town} is not null then ${jsonRow(mergeRequests)} end,
      (select coalesce(json_agg(d.depends_on order by d.position), '[]') from town.dependencies d
        where d.town = ${beads.town} and d.bead = ${beads.bead})
    ) as bead
    from ${beads} left join ${mergeRequests}
      on ${mergeRequests.town} = ${beads.town} and ${mergeRequests.bead} = ${beads.bead}
    ${where} order by ${beads.number} desc ${first}
  ) as found)`;
}

/** The beads, each with its town. */
export function fromJsonBeads(found: readonly JsonBead[]): { town: string; bead: Bead }[] {
  return found.map(([row, requestRow, dependsOn]) => {
    const [bead] = fromJsonRows(beads, [row]);
    const [request = null] = requestRow === null ? [] : fromJsonRows(mergeRequests, [requestRow]);
    if (bead === undefined) throw new Error("a bead was found without its row");
    return { town: bead.town, bead: beadOf({ bead, request, dependsOn }) };
  });
}

/** The same, read. */
async function selectBeads(tx: Tx, where: Where): Promise<{ town: string; bead: Bead }[]> {
  const { rows } = await tx.execute<{ found: JsonBead[] }>(sql`select ${jsonBeads(where)} as found`);
  return fromJsonBeads(rows[0]?.found ?? []);
}

/** The same for one town. */
export async function findBeads(tx: Tx, town: string, { condition, ...where }: Where): Promise<Bead[]> {
  const found = await selectBeads(tx, { ...where, condition: and(eq(beads.town, town), condition) });
  return found.map(({ bead }) => bead);
}

/** The beads of these ids, those that exist. */
export async function loadBeads(tx: Tx, town: string, ids: Iterable<string>): Promise<Bead[]> {
  const distinct = [...new Set(ids)];
  return distinct.length === 0 ? [] : findBeads(tx, town, { condition: isOneOf(beads.bead, distinct) });
}
