import type { Tx } from "@gastown/db";
import { and, sql, type AnyColumn, type SQL } from "drizzle-orm";
import type { Agent } from "../domain/agent.ts";
import type { Bead } from "../domain/bead.ts";
import type { Nudge } from "../domain/nudge.ts";
import type { Rig } from "../domain/rig.ts";
import type { Town } from "../domain/town.ts";
import { agentOf } from "./agent-rows.ts";
import { createBatchReads, type BatchReads, type Found, type Key, type Reader } from "./batch-reads.ts";
import { selectBeads } from "./load-beads.ts";
import { nudgeOf } from "./nudge-rows.ts";
import { readRows } from "./read-rows.ts";
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
    towns: reader(readTowns),
    beads: reader(async (_, keys) => {
      const found = await selectBeads(tx, { condition: among(beads.town, beads.bead, keys) });
      return found.map(({ town, bead }) => ({ town, id: bead.bead, value: bead }));
    }),
    agents: reader((_, keys) => readAgents(tx, { keys, by: "agent" })),
    rigs: reader(readRigs),
    nudges: reader(readNudges),
    requestsOf: reader(readRequests),
    crewsOf: reader((_, keys) => readAgents(tx, { keys, by: "rig" })),
  };
}

/** The row's town and id are one of these. */
function among(town: AnyColumn, id: AnyColumn, keys: readonly Key[]): SQL {
  return sql`(${town}, ${id}) in (
    select town, id from json_to_recordset(${JSON.stringify(keys)}::json) as asked (town text, id text)
  )`;
}

async function readTowns(tx: Tx, keys: readonly Key[]): Promise<Found<Town>[]> {
  const rows = await readRows(tx, towns, among(towns.town, towns.town, keys));
  return rows.map((row) => ({ town: row.town, id: row.town, value: townOf(row) }));
}

async function readAgents(
  tx: Tx,
  { keys, by }: { keys: readonly Key[]; by: "agent" | "rig" },
): Promise<Found<Agent>[]> {
  const rows = await readRows(tx, agents, among(agents.town, agents[by], keys));
  return rows.map((row) => ({ town: row.town, id: row[by] ?? "", value: agentOf(row) }));
}

async function readRigs(tx: Tx, keys: readonly Key[]): Promise<Found<Rig>[]> {
  const rows = await readRows(tx, rigs, among(rigs.town, rigs.rig, keys));
  return rows.map((row) => ({ town: row.town, id: row.rig, value: rigOf(row) }));
}

async function readNudges(tx: Tx, keys: readonly Key[]): Promise<Found<Nudge>[]> {
  const rows = await readRows(tx, nudges, among(nudges.town, nudges.nudge, keys));
  return rows.map((row) => ({ town: row.town, id: row.nudge, value: nudgeOf(row) }));
}

async function readRequests(tx: Tx, keys: readonly Key[]): Promise<Found<Bead>[]> {
  const ofSources = among(mergeRequests.town, mergeRequests.source, keys);
  const found = await selectBeads(tx, {
    condition: and(ofSources, sql`${beads.status} not in ('closed', 'failed')`),
  });
  return found.flatMap(({ town, bead }) =>
    bead.type === "merge_request" && bead.request.source !== null
      ? [{ town, id: bead.request.source, value: bead }]
      : [],
  );
}
