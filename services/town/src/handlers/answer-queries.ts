import { answer, QueryError, type Bus } from "@gastown/bus";
import * as contracts from "@gastown/contracts";
import type { DataOf, Query, ReplyOf } from "@gastown/contracts";
import { readTownSeq, readVerdict, snapshot, type Tx } from "@gastown/db";
import { explainBead } from "../store/queries/explain-bead.ts";
import { getAgent } from "../store/queries/get-agent.ts";
import { getBeadHistory } from "../store/queries/get-bead-history.ts";
import { getBead } from "../store/queries/get-bead.ts";
import { getConvoy } from "../store/queries/get-convoy.ts";
import { getMayor } from "../store/queries/get-mayor.ts";
import { getMolecule } from "../store/queries/get-molecule.ts";
import { getRig } from "../store/queries/get-rig.ts";
import { getTown } from "../store/queries/get-town.ts";
import { ReplayTooEarlyError } from "../store/queries/replay-too-early-error.ts";
import { InvalidPageError } from "../store/queries/invalid-page-error.ts";
import { listNudges } from "../store/queries/list-nudges.ts";
import { listLog } from "../store/queries/list-log.ts";
import { replayTown } from "../store/queries/replay-town.ts";
import { listAgents } from "../store/queries/list-agents.ts";
import { listBeads } from "../store/queries/list-beads.ts";
import { listConvoys } from "../store/queries/list-convoys.ts";
import { listRigs } from "../store/queries/list-rigs.ts";
import { listTowns } from "../store/queries/list-towns.ts";
import { primeAgent } from "../store/queries/prime-agent.ts";
import type { TownContext } from "./context.ts";
import { dryRun } from "./dry-run.ts";
import { replayEnd } from "./replay-end.ts";

/** Questions about the town are answered from one view of it, with the sequence of events it is as of. */
export function answerQueries(bus: Bus, context: TownContext, signal: AbortSignal): void {
  const { db, logger, clock } = context;
  const on = <Q extends Query>(query: Q, read: Read<Q>): void =>
    answer(bus, query, (town, data) => snapshot(db, (tx) => reply(tx, { town, data, read })), { logger, signal });

  on(contracts.listTowns, (tx, _town, data) => listTowns(tx, data));
  on(contracts.getTown, (tx, town) => getTown(tx, town));
  on(contracts.listRigs, async (tx, town, data) => (await getTown(tx, town)) && listRigs(tx, town, data));
  on(contracts.getRig, (tx, town, { rig }) => getRig(tx, town, rig));
  on(contracts.listBeads, (tx, town, data) => listBeads(tx, town, data));
  on(contracts.getBead, (tx, town, { bead }) => getBead(tx, town, bead));
  on(contracts.listConvoys, async (tx, town, data) => (await getTown(tx, town)) && listConvoys(tx, town, data));
  on(contracts.getConvoy, (tx, town, { convoy }) => getConvoy(tx, town, convoy));
  on(contracts.getBeadHistory, (tx, town, data) => getBeadHistory(tx, town, data));
  on(contracts.explainBead, (tx, town, { bead }) => explainBead(tx, { town, bead, now: clock() }));
  on(contracts.listAgents, async (tx, town, data) => (await getTown(tx, town)) && listAgents(tx, town, data));
  on(contracts.getAgent, (tx, town, { agent }) => getAgent(tx, town, agent));
  on(contracts.getMayor, async (tx, town) => (await getTown(tx, town)) && getMayor(tx, town));
  on(contracts.listNudges, async (tx, town, data) => (await getTown(tx, town)) && listNudges(tx, town, data));
  on(contracts.primeAgent, (tx, town, { agent }) => primeAgent(tx, town, agent));
  on(contracts.dryRunReconcile, (tx, town) =>
    dryRun(tx, town, { now: clock(), listeningSince: context.listeningSince() }),
  );
  on(contracts.listLog, (tx, town, data) => listLog(tx, town, data));
  on(contracts.replayTown, async (tx, town, data) =>
    replayTown(tx, town, { data, end: await replayEnd(bus, town, data) }),
  );
  on(contracts.getMolecule, (tx, town, { molecule }) => getMolecule(tx, town, molecule));
  on(contracts.getTownVerdict, async (tx, _town, { command }) => ({ verdict: await readVerdict(tx, command) }));
}

/** Reads an answer; null when what is asked about does not exist. */
type Read<Q extends Query> = (tx: Tx, town: string, data: DataOf<Q>) => Promise<ReplyOf<Q> | null>;

async function reply<Q extends Query>(tx: Tx, { town, data, read }: { town: string; data: DataOf<Q>; read: Read<Q> }) {
  try {
    const found = await read(tx, town, data);
    if (found === null) throw new QueryError("not_found", notFoundText(town, data));
    return { seq: town === contracts.noTown ? null : await readTownSeq(tx, town), data: found };
  } catch (error) {
    if (error instanceof InvalidPageError || error instanceof ReplayTooEarlyError)
      throw new QueryError("invalid", error.message);
    throw error;
  }
}

function notFoundText(town: string, data: unknown): string {
  const named = ["bead", "agent", "rig", "molecule", "convoy"].flatMap((field) => {
    const id = (data as Record<string, unknown>)[field];
    return typeof id === "string" ? [`${field} ${id}`] : [];
  });
  return named[0] === undefined ? `there is no town ${town}` : `there is no ${named[0]} in town ${town}`;
}
