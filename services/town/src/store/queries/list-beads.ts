import {
  policy as policySchema,
  type DataOf,
  type Policy,
  type ReplyOf,
  type listBeads as query,
} from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, arrayContains, eq, inArray, lt, sql, type SQL } from "@gastown/db/drizzle";
import { dispatchedKinds } from "../../domain/obstacles/index.ts";
import { findBeads } from "../load-beads.ts";
import { numberOf } from "../number-of.ts";
import { beads } from "../schema/beads.ts";
import { towns } from "../schema/towns.ts";
import { beadViews } from "./bead-views.ts";
import { InvalidPageError } from "./invalid-page-error.ts";
import { numberAfter, pageOf } from "./page.ts";

/** A town's beads, newest first; null when there is no such town. */
export async function listBeads(
  tx: Tx,
  town: string,
  data: DataOf<typeof query>,
): Promise<ReplyOf<typeof query> | null> {
  const after = numberAfter(data.after);
  if (after === null) throw new InvalidPageError();
  const [row] = await tx.select().from(towns).where(eq(towns.town, town));
  if (row === undefined) return null;
  const found = await findBeads(tx, town, {
    condition: and(
      given(after, (number) => lt(beads.number, number)),
      isAskedFor(data),
      data.ready ? isReady(policySchema.parse(row.policyOverride)) : undefined,
    ),
    limit: data.limit + 1,
  });
  const views = await beadViews(tx, town, found.slice(0, data.limit + 1));
  return pageOf(views, data.limit, { item: (view) => view, place: (view) => String(numberOf(view.bead)) });
}

function isAskedFor({ rig, status, type, kind, label, convoy, parent }: DataOf<typeof query>): SQL | undefined {
  return and(
    given(rig, (id) => eq(beads.rig, id)),
    given(status, (among) => inArray(beads.status, among)),
    given(type, (among) => sql`${beads.type} in ${among}`),
    given(kind, (among) => sql`${beads.type} = 'issue' and coalesce(${beads.kind}, 'task') in ${among}`),
    given(label, (one) => arrayContains(beads.labels, [one])),
    given(convoy, (id) => eq(beads.convoy, id)),
    given(parent, (id) => eq(beads.parent, id)),
  );
}

function given<T>(value: T | undefined, condition: (value: T) => SQL): SQL | undefined {
  return value === undefined ? undefined : condition(value);
}

/** As rule `assign-open-bead` sees it, whoever is free: an open work item that nothing holds back. */
function isReady({ dispatchCooldownMs, maxDispatchAttempts }: Policy): SQL | undefined {
  const cooldowns = sql`array[${sql.join(
    dispatchCooldownMs.map((ms) => sql`${ms}::bigint`),
    sql`, `,
  )}]`;
  const cooldown = sql`(${cooldowns})[least(${beads.attempts}, ${dispatchCooldownMs.length}::int)] * interval '1 millisecond'`;
  return and(
    sql`${beads.type} = 'issue' and ${beads.status} = 'open' and ${beads.assignee} is null and not ${beads.held}`,
    sql`coalesce(${beads.kind}, 'task') in ${dispatchedKinds}`,
    sql`${beads.attempts} < ${maxDispatchAttempts}::int`,
    sql`(${beads.lastDispatchAt} is null or ${beads.attempts} = 0 or ${beads.lastDispatchAt} + ${cooldown} <= now())`,
    sql`exists (select from town.rigs r where r.town = ${beads.town} and r.rig = ${beads.rig} and r.state = 'ready')`,
    sql`not exists (
      select from town.dependencies d join town.beads b on b.town = d.town and b.bead = d.depends_on
      where d.town = ${beads.town} and d.bead = ${beads.bead} and b.status <> 'closed')`,
    // Neither is its convoy staged, nor the branch missing on which that gathers its work in this rig.
    sql`not exists (
      select from town.beads c where c.town = ${beads.town} and c.bead = ${beads.convoy} and (
        (c.details ->> 'staged')::boolean or exists (
          select from jsonb_array_elements(c.details -> 'landings') l
          where l ->> 'rig' = ${beads.rig} and l ->> 'branchState' <> 'ready')))`,
  );
}
