import type { Tx } from "@gastown/db";
import { and, asc, eq, inArray, ne, sql, type SQL } from "@gastown/db/drizzle";
import type { Agent } from "../domain/agent.ts";
import type { Bead } from "../domain/bead.ts";
import type { Needs, TreesWhere } from "../domain/input.ts";
import { agentOf } from "./agent-rows.ts";
import { isOneOf } from "./is-one-of.ts";
import { findBeads } from "./load-beads.ts";
import { agents } from "./schema/agents.ts";
import { beads } from "./schema/beads.ts";
import { dependencies } from "./schema/dependencies.ts";
import { mergeRequests } from "./schema/merge-requests.ts";

/** What there is below some beads, and whatever refers to that. */
export interface Trees {
  readonly beads: readonly Bead[];
  readonly agents: readonly Agent[];
}

type Wanted = Pick<Needs, "treesOf" | "treesWhere" | "treesIn">;

/** An input needs any. */
export function namesTrees({ treesOf, treesWhere, treesIn }: Wanted): boolean {
  return treesOf !== undefined || treesWhere !== undefined || treesIn !== undefined;
}

/**
 * The named beads with all that goes with them (`treesOf` of the domain), and everything that names one of those: what waits
 * for them, was assigned to them, their convoys with all members, their molecules with all steps, agents that work or worked
 * on them. What `removeTrees` sees of a town is as good as the whole town.
 */
export async function loadTrees(tx: Tx, town: string, wanted: Wanted): Promise<Trees> {
  const found = new Map<string, Bead>();
  const keep = (more: readonly Bead[]): Bead[] => {
    const fresh = more.filter(({ bead }) => !found.has(bead));
    for (const bead of fresh) found.set(bead.bead, bead);
    return fresh;
  };
  let level = keep(await loadRoots(tx, town, wanted));
  while (level.length > 0) level = keep(await findBeads(tx, town, { condition: ownedBy(level) }));
  if (found.size === 0) return { beads: [], agents: [] };
  const tree = [...found.values()];
  const crew = await loadCrew(tx, town, [...found.keys()]);
  const referring = keep(await findBeads(tx, town, { condition: referringTo(tree, { crew, rig: wanted.treesIn }) }));
  await findBeads(tx, town, { condition: memberOf([...tree, ...referring]) }).then(keep);
  return { beads: [...found.values()], agents: crew };
}

async function loadRoots(tx: Tx, town: string, { treesOf = [], treesWhere, treesIn }: Wanted): Promise<Bead[]> {
  return [
    ...(treesOf.length === 0 ? [] : await findBeads(tx, town, { condition: isOneOf(beads.bead, treesOf) })),
    ...(treesIn === undefined ? [] : await findBeads(tx, town, { condition: eq(beads.rig, treesIn) })),
    ...(treesWhere === undefined ? [] : await loadFirst(tx, town, treesWhere)),
  ];
}

async function loadFirst(tx: Tx, town: string, { status, rig, type, limit }: TreesWhere): Promise<Bead[]> {
  const condition = and(
    eq(beads.town, town),
    ne(beads.type, "agent"),
    inArray(beads.status, [...status]),
    rig === undefined ? undefined : eq(beads.rig, rig),
    type === undefined ? undefined : inArray(beads.type, [...type]),
  );
  const first = await tx
    .select({ bead: beads.bead })
    .from(beads)
    .where(condition)
    .orderBy(asc(beads.number))
    .limit(limit);
  const ids = first.map(({ bead }) => bead);
  return ids.length === 0 ? [] : findBeads(tx, town, { condition: isOneOf(beads.bead, ids) });
}

/** Goes with one of these: what `ownersOf` of the domain says, in SQL. */
function ownedBy(owners: readonly Bead[]): SQL {
  const ids = owners.map(({ bead }) => bead);
  const branches = owners.flatMap((owner) => (owner.type === "convoy" && owner.branch !== null ? [owner.branch] : []));
  return anyOf([
    isOneOf(beads.parent, ids),
    isOneOf(mergeRequests.source, ids),
    isOneOf(mergeRequests.target, branches),
    isOneOf(sql`${beads.fixup}->>'request'`, ids),
    isOneOf(sql`${beads.triage}->>'about'`, ids),
    isOneOf(sql`${beads.triage}->>'agent'`, ids),
    isOneOf(sql`${beads.triage}->>'escalation'`, ids),
    sql`(${beads.type} = 'molecule' and ${isOneOf(sql`${beads.details}->>'source'`, ids)})`,
    sql`(${beads.kind} = 'step' and ${isOneOf(beads.molecule, ids)})`,
    sql`(${beads.type} = 'message' and ${isOneOf(beads.assignee, ids)})`,
  ]);
}

async function loadCrew(tx: Tx, town: string, ids: readonly string[]): Promise<Agent[]> {
  const concerned = anyOf([agents.agent, agents.hook, agents.workedOn].map((of) => isOneOf(of, ids)));
  return (
    await tx
      .select()
      .from(agents)
      .where(and(eq(agents.town, town), concerned))
  ).map(agentOf);
}

function referringTo(tree: readonly Bead[], { crew, rig }: { crew: readonly Agent[]; rig: string | undefined }): SQL {
  const ids = tree.map(({ bead }) => bead);
  const waiting = sql`select ${dependencies.bead} from ${dependencies}
    where ${dependencies.town} = ${beads.town} and ${isOneOf(dependencies.dependsOn, ids)}`;
  return anyOf([
    isOneOf(beads.bead, [...tree.flatMap(belongsTo), ...crew.flatMap(({ hook }) => hook ?? [])]),
    sql`${beads.bead} in (${waiting})`,
    ...[beads.convoy, beads.molecule, beads.assignee, beads.lastAgent].map((of) => isOneOf(of, ids)),
    ...(rig === undefined ? [] : [sql`${beads.details}->'landings' @> ${JSON.stringify([{ rig }])}::jsonb`]),
  ]);
}

/** What must know when it is gone. */
function belongsTo(bead: Bead): string[] {
  if (bead.type === "issue") return [bead.convoy, bead.molecule].filter((id) => id !== null);
  return bead.type === "merge_request" && bead.request.source !== null ? [bead.request.source] : [];
}

/** The members of these convoys and the steps of these molecules. */
function memberOf(groups: readonly Bead[]): SQL {
  const ids = groups.flatMap((bead) => {
    if (bead.type === "convoy") return bead.members;
    return bead.type === "molecule" ? bead.steps : [];
  });
  return isOneOf(beads.bead, ids);
}

function anyOf(conditions: readonly SQL[]): SQL {
  return sql`(${sql.join([...conditions], sql` or `)})`;
}
