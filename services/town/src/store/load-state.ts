import type { Tx } from "@gastown/db";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Agent } from "../domain/agent.ts";
import type { Bead } from "../domain/bead.ts";
import type { Needs } from "../domain/input.ts";
import type { Nudge } from "../domain/nudge.ts";
import type { TownState } from "../domain/state.ts";
import { agentOf } from "./agent-rows.ts";
import { nudgeOf } from "./nudge-rows.ts";
import { findBeads, loadBeads } from "./load-beads.ts";
import { agents } from "./schema/agents.ts";
import { beads } from "./schema/beads.ts";
import { nudges } from "./schema/nudges.ts";
import { mergeRequests } from "./schema/merge-requests.ts";
import { rigs } from "./schema/rigs.ts";
import { towns } from "./schema/towns.ts";
import { rigOf, townOf } from "./town-rows.ts";

/** The rows of a town that an input needs; null when there is no such town. */
export async function loadState(tx: Tx, town: string, needs: Needs): Promise<TownState | null> {
  const [row] = await tx.select().from(towns).where(eq(towns.town, town));
  if (row === undefined) return null;
  const named = await loadAgents(tx, town, [...(needs.agents ?? []), ...(needs.hooksOf ?? [])]);
  const hooks = named.flatMap(({ agent, hook, workedOn }) =>
    needs.hooksOf?.includes(agent) ? [hook, workedOn].filter((bead) => bead !== null) : [],
  );
  const found = [
    ...(await loadBeads(tx, town, [...(needs.beads ?? []), ...(needs.around ?? []), ...hooks])),
    ...(await loadClosure(tx, town, needs.dependenciesOf ?? [])),
    ...(needs.mailOf === undefined ? [] : await loadMail(tx, town, needs.mailOf)),
    ...(needs.openTriage === true ? await loadOpenTriage(tx, town) : []),
    ...(await loadGroups(tx, town, needs)),
  ];
  const around = await loadAround(
    tx,
    town,
    found.filter(({ bead, type }) => needs.around?.includes(bead) || (type === "issue" && needs.convoys !== undefined)),
  );
  return {
    town: townOf(row),
    rigs: new Map((await loadRigs(tx, town, { needs, more: around.rigs })).map((rig) => [rig.rig, rig])),
    beads: new Map([...found, ...around.beads].map((bead) => [bead.bead, bead])),
    agents: new Map([...named, ...around.agents].map((agent) => [agent.agent, agent])),
    nudges: new Map((await loadNudges(tx, town, needs.nudges ?? [])).map((nudge) => [nudge.nudge, nudge])),
  };
}

async function loadRigs(tx: Tx, town: string, { needs, more }: { needs: Needs; more: readonly string[] }) {
  const inTown = eq(rigs.town, town);
  if (needs.rigs === "all") return (await tx.select().from(rigs).where(inTown)).map(rigOf);
  const ids = [...new Set([...(needs.rigs ?? []), ...more])];
  if (ids.length === 0) return [];
  return (
    await tx
      .select()
      .from(rigs)
      .where(and(inTown, inArray(rigs.rig, ids)))
  ).map(rigOf);
}

async function loadAgents(tx: Tx, town: string, ids: readonly string[]): Promise<Agent[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .select()
    .from(agents)
    .where(and(eq(agents.town, town), inArray(agents.agent, [...ids])));
  return rows.map(agentOf);
}

/** The beads and everything they wait for, however far; a way that leads back is walked once. */
async function loadClosure(tx: Tx, town: string, from: readonly string[]): Promise<Bead[]> {
  if (from.length === 0) return [];
  const start = sql.join(
    from.map((id) => sql`${id}`),
    sql`, `,
  );
  const { rows } = await tx.execute<{ bead: string }>(sql`
    with recursive reached (bead) as (
      select unnest(array[${start}]::text[])
      union
      select d.depends_on from town.dependencies d join reached r on d.bead = r.bead where d.town = ${town}
    ) select bead from reached`);
  return loadBeads(
    tx,
    town,
    rows.map((row) => row.bead),
  );
}

function loadMail(tx: Tx, town: string, agent: string): Promise<Bead[]> {
  return findBeads(tx, town, {
    condition: and(eq(beads.type, "message"), eq(beads.assignee, agent), eq(beads.status, "open")),
  });
}

interface Around {
  readonly beads: readonly Bead[];
  readonly agents: readonly Agent[];
  readonly rigs: readonly string[];
}

/** What belongs to these beads: blockers, sources, merge requests that are not ended, and their rigs with all agents. */
async function loadAround(tx: Tx, town: string, centre: readonly Bead[]): Promise<Around> {
  if (centre.length === 0) return { beads: [], agents: [], rigs: [] };
  const rigIds = [...new Set(centre.flatMap(({ rig }) => (rig === null ? [] : [rig])))];
  const named = centre.flatMap((bead) => {
    if (bead.type === "issue") return [...bead.dependsOn, ...(bead.convoy === null ? [] : [bead.convoy])];
    return bead.type === "merge_request" && bead.request.source !== null ? [bead.request.source] : [];
  });
  const sources = centre.map(({ bead }) => bead);
  const live = and(inArray(mergeRequests.source, sources), sql`${beads.status} not in ('closed', 'failed')`);
  const crew =
    rigIds.length === 0
      ? []
      : await tx
          .select()
          .from(agents)
          .where(and(eq(agents.town, town), inArray(agents.rig, rigIds)));
  return {
    beads: [...(await loadBeads(tx, town, named)), ...(await findBeads(tx, town, { condition: live }))],
    agents: crew.map(agentOf),
    rigs: rigIds,
  };
}

/** Convoys with their beads, and molecules with their source and steps. */
async function loadGroups(tx: Tx, town: string, { convoys = [], molecules = [] }: Needs): Promise<Bead[]> {
  const heads = await loadBeads(tx, town, [...convoys, ...molecules]);
  const members = heads.flatMap((bead) => {
    if (bead.type === "convoy") return bead.members;
    return bead.type === "molecule" ? [bead.source, ...bead.steps] : [];
  });
  return [...heads, ...(await loadBeads(tx, town, members))];
}

function loadOpenTriage(tx: Tx, town: string): Promise<Bead[]> {
  return findBeads(tx, town, { condition: and(eq(beads.kind, "triage-request"), eq(beads.status, "open")) });
}

async function loadNudges(tx: Tx, town: string, ids: readonly string[]): Promise<Nudge[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .select()
    .from(nudges)
    .where(and(eq(nudges.town, town), inArray(nudges.nudge, [...ids])));
  return rows.map(nudgeOf);
}
