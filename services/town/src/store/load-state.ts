import { together, type Tx } from "@gastown/db";
import { and, eq, sql } from "@gastown/db/drizzle";
import type { Agent } from "../domain/agent.ts";
import type { Bead } from "../domain/bead.ts";
import type { Needs } from "../domain/input.ts";
import type { Rig } from "../domain/rig.ts";
import type { TownState } from "../domain/state.ts";
import { agentOf } from "./agent-rows.ts";
import { findBeads } from "./load-beads.ts";
import { loadTrees, namesTrees } from "./load-trees.ts";
import { loadTriage } from "./load-triage.ts";
import { readRows } from "./read-rows.ts";
import { agents } from "./schema/agents.ts";
import { beads } from "./schema/beads.ts";
import { rigs } from "./schema/rigs.ts";
import { createTownReads, type TownReads } from "./town-reads.ts";
import { rigOf } from "./town-rows.ts";

/** Which part of which town. */
export interface Wanted {
  readonly town: string;
  readonly needs: Needs;
}

/**
 * The rows of towns that inputs need, in the order asked for; null where there is no such town. What several towns need of the
 * same kind is read in one query. The caller holds the towns' locks.
 */
export async function loadStates(tx: Tx, wanted: readonly Wanted[]): Promise<(TownState | null)[]> {
  const reads = createTownReads(tx);
  const states = await Promise.allSettled(wanted.map(({ town, needs }) => loadState(reads, town, needs)));
  // Only when all have ended: the connection goes back with the transaction.
  return states.map((state) => {
    if (state.status === "rejected") throw state.reason;
    return state.value;
  });
}

async function loadState(reads: TownReads, town: string, needs: Needs): Promise<TownState | null> {
  const [[found], named, rigsFound, nudges, ofNames, ofGroups, triage, trees] = await together([
    reads.towns(town, [town]),
    loadAgents(reads, town, needs),
    loadRigs(reads, town, needs.rigs ?? []),
    reads.nudges(town, needs.nudges ?? []),
    loadNamed(reads, town, needs),
    loadGroups(reads, town, needs),
    loadTriage(reads, town, needs.triage),
    namesTrees(needs) ? reads.alone((tx) => loadTrees(tx, town, needs)) : { beads: [], agents: [] },
  ]);
  if (found === undefined) return null;
  const loaded = [...ofNames, ...named.hooked, ...ofGroups, ...triage.beads, ...trees.beads];
  const centre = loaded.filter(
    ({ bead, type }) => needs.around?.includes(bead) || (type === "issue" && needs.convoys !== undefined),
  );
  const around = await loadAround(reads, town, centre);
  const crew = [...named.agents, ...around.agents, ...triage.agents, ...trees.agents];
  return {
    town: found,
    rigs: new Map([...rigsFound, ...around.rigs].map((rig) => [rig.rig, rig])),
    beads: new Map([...loaded, ...around.beads].map((bead) => [bead.bead, bead])),
    agents: new Map(crew.map((agent) => [agent.agent, agent])),
    nudges: new Map(nudges.map((nudge) => [nudge.nudge, nudge])),
  };
}

/** The agents that are named, and what those are hooked to or worked on last of whom that is needed. */
async function loadAgents(
  reads: TownReads,
  town: string,
  { agents: named = [], hooksOf = [] }: Needs,
): Promise<{ agents: readonly Agent[]; hooked: readonly Bead[] }> {
  if (named === "all") return { agents: await reads.alone((tx) => loadCrew(tx, town)), hooked: [] };
  const found = await reads.agents(town, [...named, ...hooksOf]);
  const hooks = found.flatMap(({ agent, hook, workedOn }) =>
    hooksOf.includes(agent) ? [hook, workedOn].filter((bead) => bead !== null) : [],
  );
  return { agents: found, hooked: await reads.beads(town, hooks) };
}

/** The beads that are named, and those that a condition names. */
async function loadNamed(reads: TownReads, town: string, needs: Needs): Promise<Bead[]> {
  const { beads: named = [], around = [], dependenciesOf = [], mailOf, openTriage } = needs;
  const parts = await together([
    reads.beads(town, [...named, ...around]),
    dependenciesOf.length === 0 ? [] : loadClosure(reads, town, dependenciesOf),
    mailOf === undefined ? [] : reads.alone((tx) => loadMail(tx, town, mailOf)),
    openTriage === true ? reads.alone((tx) => loadOpenTriage(tx, town)) : [],
  ]);
  return parts.flat();
}

async function loadCrew(tx: Tx, town: string): Promise<Agent[]> {
  return (await readRows(tx, agents, eq(agents.town, town))).map(agentOf);
}

function loadRigs(reads: TownReads, town: string, ids: readonly string[] | "all"): Promise<Rig[]> {
  if (ids !== "all") return reads.rigs(town, ids);
  return reads.alone(async (tx) => (await readRows(tx, rigs, eq(rigs.town, town))).map(rigOf));
}

/**
 * The beads and everything they wait for, however far: a convoy ends after its beads, a merge request after what it hands in. A way
 * that leads back is walked once.
 */
async function loadClosure(reads: TownReads, town: string, from: readonly string[]): Promise<Bead[]> {
  const reached = await reads.alone(async (tx) => {
    const { rows } = await tx.execute<{ bead: string }>(sql`
      with recursive reached (bead) as (
        select unnest(${sql.param(from)}::text[])
        union
        select next.bead from reached r cross join lateral (
          select d.depends_on as bead from town.dependencies d where d.town = ${town} and d.bead = r.bead
          union all select m.bead from town.beads m where m.town = ${town} and m.convoy = r.bead
          union all select q.source from town.merge_requests q
            where q.town = ${town} and q.bead = r.bead and q.source is not null
        ) next
      ) select bead from reached`);
    return rows.map((row) => row.bead);
  });
  return reads.beads(town, reached);
}

function loadMail(tx: Tx, town: string, agent: string): Promise<Bead[]> {
  return findBeads(tx, town, {
    condition: and(eq(beads.type, "message"), eq(beads.assignee, agent), eq(beads.status, "open")),
  });
}

function loadOpenTriage(tx: Tx, town: string): Promise<Bead[]> {
  return findBeads(tx, town, { condition: and(eq(beads.kind, "triage-request"), eq(beads.status, "open")) });
}

interface Around {
  readonly beads: readonly Bead[];
  readonly agents: readonly Agent[];
  readonly rigs: readonly Rig[];
}

/** What belongs to these beads: blockers, sources, merge requests that are not ended, and their rigs with all agents. */
async function loadAround(reads: TownReads, town: string, centre: readonly Bead[]): Promise<Around> {
  const rigIds = [...new Set(centre.flatMap(({ rig }) => rig ?? []))];
  const named = centre.flatMap((bead) => {
    if (bead.type === "issue") {
      const belongsTo = [bead.convoy, bead.molecule, bead.fixup?.request ?? null];
      return [...bead.dependsOn, ...belongsTo.filter((id) => id !== null)];
    }
    return bead.type === "merge_request" && bead.request.source !== null ? [bead.request.source] : [];
  });
  const [referred, requests, crew, rigsFound] = await together([
    reads.beads(town, named),
    reads.requestsOf(
      town,
      centre.map(({ bead }) => bead),
    ),
    reads.crewsOf(town, rigIds),
    reads.rigs(town, rigIds),
  ]);
  // An agent cannot hand in before its molecule's steps are done.
  const steps = await reads.beads(
    town,
    referred.flatMap((bead) => (bead.type === "molecule" ? bead.steps : [])),
  );
  return { beads: [...referred, ...requests, ...steps], agents: crew, rigs: rigsFound };
}

/** Convoys with their beads, and molecules with their source and steps. */
async function loadGroups(reads: TownReads, town: string, { convoys = [], molecules = [] }: Needs): Promise<Bead[]> {
  const heads = await reads.beads(town, [...convoys, ...molecules]);
  const members = heads.flatMap((bead) => {
    if (bead.type === "convoy") return bead.members;
    return bead.type === "molecule" ? [bead.source, ...bead.steps] : [];
  });
  return [...heads, ...(await reads.beads(town, members))];
}
