import { noTown, type ReplyOf } from "@gastown/contracts";
import { getDispatcherVerdict, listContainers, listPlaces } from "@gastown/contracts";
import { readTownSeq, readVerdict, snapshot, type Database } from "@gastown/db";
import type { Limits } from "../domain/limits.ts";
import { containerName } from "../domain/state.ts";
import { viewContainers } from "../domain/view.ts";
import { readPlaces } from "../store/places.ts";
import { readHeldPlaces, readWaitingTowns } from "../store/queue.ts";
import { loadTown } from "../store/town-state.ts";

/** An answer, and the `EVT` sequence it is as of. */
interface Answered<Reply> {
  seq: number | null;
  data: Reply;
}

const iso = (time: number): string => new Date(time).toISOString();

/** A town's container with its agents, as last observed, and what starts wait for; none for a town that nothing was wished for. */
export function answerListContainers(
  db: Database,
  town: string,
  limits: Limits,
): Promise<Answered<ReplyOf<typeof listContainers>>> {
  return snapshot(db, async (tx) => {
    const state = await loadTown(tx, town);
    const containers = viewContainers(state, limits).map(({ seenAt, agents, ...container }) => ({
      ...container,
      seenAt: seenAt === null ? null : iso(seenAt),
      agents: agents.map(({ waits, since, ...agent }) => ({
        ...agent,
        since: iso(since),
        waits: waits === null ? null : { ...waits, since: iso(waits.since) },
      })),
    }));
    const { taken, waiting, ahead } = await readPlaces(tx, town);
    const waits = state.container.waitsSince !== null;
    const { maxContainers, maxAgents } = limits;
    const places = {
      maxContainers,
      maxAgents,
      taken,
      waiting: waits ? waiting + 1 : waiting,
      ahead: waits ? ahead : null,
    };
    return { seq: await readTownSeq(tx, town), data: { containers, places } };
  });
}

/** The installation's places for containers: who has one, and who waits for one. */
export function answerListPlaces(db: Database, limits: Limits): Promise<Answered<ReplyOf<typeof listPlaces>>> {
  return snapshot(db, async (tx) => {
    const { taken, waiting } = await readPlaces(tx, noTown);
    const { maxContainers, maxAgents } = limits;
    const held = await readHeldPlaces(tx);
    const towns = await readWaitingTowns(tx);
    const containers = held.map(({ town, generation, ...place }) => ({
      town,
      container: containerName(town, generation),
      ...place,
    }));
    const waits = towns.map(({ town, since, starts }) => ({ town, since: iso(since), starts: [...starts] }));
    return { seq: null, data: { maxContainers, maxAgents, taken, waiting, containers, towns: waits } };
  });
}

/** The verdict of a command by its id; null while it has none. */
export async function answerVerdict(
  db: Database,
  command: string,
): Promise<Answered<ReplyOf<typeof getDispatcherVerdict>>> {
  return { seq: null, data: { verdict: await readVerdict(db, command) } };
}
