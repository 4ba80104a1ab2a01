import type { ReplyOf } from "@gastown/contracts";
import { getDispatcherVerdict, listContainers } from "@gastown/contracts";
import { readTownSeq, readVerdict, snapshot, type Database } from "@gastown/db";
import { viewContainers } from "../domain/view.ts";
import { loadTown } from "../store/town-state.ts";

/** An answer, and the `EVT` sequence it is as of. */
interface Answered<Reply> {
  seq: number | null;
  data: Reply;
}

/** A town's container with its agents, as last observed; none for a town that nothing was wished for. */
export function answerListContainers(db: Database, town: string): Promise<Answered<ReplyOf<typeof listContainers>>> {
  return snapshot(db, async (tx) => {
    const containers = viewContainers(await loadTown(tx, town)).map(({ seenAt, agents, ...container }) => ({
      ...container,
      seenAt: seenAt === null ? null : new Date(seenAt).toISOString(),
      agents: [...agents],
    }));
    return { seq: await readTownSeq(tx, town), data: { containers } };
  });
}

/** The verdict of a command by its id; null while it has none. */
export async function answerVerdict(
  db: Database,
  command: string,
): Promise<Answered<ReplyOf<typeof getDispatcherVerdict>>> {
  return { seq: null, data: { verdict: await readVerdict(db, command) } };
}
