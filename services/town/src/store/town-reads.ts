import { defineStatement, run, type Statement, type Tx } from "@gastown/db";
import { and, type AnyColumn, sql, type SQL } from "@gastown/db/drizzle";
import type { Agent } from "../domain/agent.ts";
import type { Bead } from "../domain/bead.ts";
import type { Nudge } from "../domain/nudge.ts";
import type { Rig } from "../domain/rig.ts";
import type { Town } from "../domain/town.ts";
import { agentOf } from "./agent-rows.ts";
import { createBatchReads, type BatchReads, type Key, type Reader } from "./batch-reads.ts";
import { fromJsonBeads, jsonBeads } from "./load-beads.ts";
import { nudgeOf } from "./nudge-rows.ts";
import { fromJsonRows, jsonRows } from "./read-rows.ts";
import { agents } from "./schema/agents.ts";
import { beads } from "./schema/beads.ts";
import { mergeRequests } from "./schema/merge-requests.ts";
import { nudges } from "./schema/nudges.ts";
import { rigs } from "./schema/rigs.ts";
import { towns } from "./schema/towns.ts";
import { rigOf, townOf } from "./town-rows.ts";

/** What inputs are given of towns, by ids. One query each for all towns that ask for it at the same time. */
export interface TownReads extends Pick<BatchReads, "alone"> {
  /** The id of a town is the town. */
  readonly towns: Reader<Town>;
  readonly beads: Reader<Bead>;
  readonly agents: Reader<Agent>;
  readonly rigs: Reader<Rig>;
  readonly nudges: Reader<Nudge>;
  /** The merge requests of these beads that have not ended. */
  readonly requestsOf: Reader<Bead>;
  /** The agents of these rigs. */
  readonly crewsOf: Reader<Agent>;
}

export function createTownReads(tx: Tx): TownReads {
  const { reader, alone } = createBatchReads(tx);
  return {
    alone,
    towns: reader(async (keys) => {
      const rows = fromJsonRows(towns, await readJson(tx, selectTowns, keys));
      return rows.map((row) => ({ town: row.town, id: row.town, value: townOf(row) }));
    }),
    beads: reader(async (keys) => {
      const found = fromJsonBeads(await readJson(tx, selectBeads, keys));
      return found.map(({ town, bead }) => ({ town, id: bead.bead, value: bead }));
    }),
    agents: reader(async (keys) => {
      const rows = fromJsonRows(agents, await readJson(tx, selectAgents, keys));
      return rows.map((row) => ({ town: row.town, id: row.agent, value: agentOf(row) }));
    }),
    rigs: reader(async (keys) => {
      const rows = fromJsonRows(rigs, await readJson(tx, selectRigs, keys));
      return rows.map((row) => ({ town: row.town, id: row.rig, value: rigOf(row) }));
    }),
    nudges: reader(async (keys) => {
      const rows = fromJsonRows(nudges, await readJson(tx, selectNudges, keys));
      return rows.map((row) => ({ town: row.town, id: row.nudge, value: nudgeOf(row) }));
    }),
    requestsOf: reader(async (keys) => {
      const found = fromJsonBeads(await readJson(tx, selectRequests, keys));
      return found.map(({ town, bead }) => ({ town, id: sourceOf(bead), value: bead }));
    }),
    crewsOf: reader(async (keys) => {
      const rows = fromJsonRows(agents, await readJson(tx, selectCrews, keys));
      return rows.map((row) => ({ town: row.town, id: row.rig ?? "", value: agentOf(row) }));
    }),
  };
}

async function readJson<Found>(tx: Tx, statement: Statement, keys: readonly Key[]): Promise<Found[]> {
  const [row] = await run<{ found: Found[] }>(tx, statement, {
    towns: keys.map(({ town }) => town),
    ids: keys.map(({ id }) => id),
  });
  return row?.found ?? [];
}

/** The row's town and id are one of the keys. */
function among(town: AnyColumn, id: AnyColumn): SQL {
  return sql`(${town}, ${id}) in (
    select * from unnest(${sql.placeholder("towns")}::text[], ${sql.placeholder("ids")}::text[])
  )`;
}

function select(found: SQL): Statement {
  return defineStatement(sql`select ${found} as found`);
}

const selectTowns = select(jsonRows(towns, among(towns.town, towns.town)));
const selectBeads = select(jsonBeads({ condition: among(beads.town, beads.bead) }));
const selectAgents = select(jsonRows(agents, among(agents.town, agents.agent)));
const selectRigs = select(jsonRows(rigs, among(rigs.town, rigs.rig)));
const selectNudges = select(jsonRows(nudges, among(nudges.town, nudges.nudge)));
const selectCrews = select(jsonRows(agents, among(agents.town, agents.rig)));
const selectRequests = select(
  jsonBeads({
    condition: and(among(mergeRequests.town, mergeRequests.source), sql`${beads.status} not in ('closed', 'failed')`),
  }),
);

function sourceOf(bead: Bead): string {
  return (bead.type === "merge_request" ? bead.request.source : null) ?? "";
}
