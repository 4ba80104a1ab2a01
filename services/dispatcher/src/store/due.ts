import { notifyDue, type Tx } from "@gastown/db";
import { eq, isNotNull, sql } from "@gastown/db/drizzle";
import { agentObserved } from "./schema/agent-observed.ts";
import { agentWishes } from "./schema/agent-wishes.ts";
import { containers } from "./schema/containers.ts";

/** What `startDueLoop` is told about the table. */
export const dueTable = { table: "containers", key: "town" } as const;
/** Where a transaction tells the loop that a town is due. */
export const dueChannel = "dispatcher_containers_due";

/** The town is looked at as soon as the transaction has committed. */
export async function markDue(tx: Tx, town: string): Promise<void> {
  const nextLookAt = sql`now()`;
  await tx
    .insert(containers)
    .values({ town, nextLookAt })
    .onConflictDoUpdate({ target: containers.town, set: { nextLookAt } });
  await notifyDue(tx, dueChannel, town);
}

/** Every town in which something is wished or may run, or of which the runtime has a record, is looked at: what every start begins with. */
export async function markUnfinishedDue(tx: Tx, recorded: readonly string[]): Promise<void> {
  for (const town of new Set(recorded)) await markDue(tx, town);
  await tx.update(containers).set({ nextLookAt: sql`now()` }).where(sql`
    ${containers.state} <> 'stopped' or ${containers.nextLookAt} is not null or ${containers.clearing}
    or exists (select from ${agentWishes} where ${agentWishes.town} = ${containers.town})
    or exists (
      select from ${agentObserved}
      where ${agentObserved.town} = ${containers.town} and ${agentObserved.state} in ('starting', 'running', 'stopping')
    )`);
  await notifyDue(tx, dueChannel, "");
}

/** Rows of towns that were deleted long ago are gone: longer than a message is kept nobody speaks of them. */
export async function dropForgotten(tx: Tx): Promise<void> {
  await tx
    .delete(containers)
    .where(sql`not ${containers.clearing} and ${containers.forgottenAt} < now() - interval '30 days'`);
}

/** Stands for the mark that a look began with: another value there was written by somebody who wants another look. */
export type DueMark = string | null;

/** The town's mark; null when it has none. */
export async function readDueMark(tx: Tx, town: string): Promise<DueMark> {
  const [row] = await tx
    .select({ mark: sql<string>`${containers.nextLookAt}::text` })
    .from(containers)
    .where(sql`${eq(containers.town, town)} and ${isNotNull(containers.nextLookAt)}`);
  return row?.mark ?? null;
}

/** The town is looked at again in `afterMs` (null: not by itself), unless it was marked since: then it stays as marked. */
export async function setNextLook(
  tx: Tx,
  town: string,
  next: { mark: DueMark; afterMs: number | null },
): Promise<void> {
  const { mark, afterMs } = next;
  const at = afterMs === null ? sql`null` : sql`now() + ${afterMs} * interval '1 millisecond'`;
  await tx
    .update(containers)
    .set({ nextLookAt: at })
    .where(sql`${eq(containers.town, town)} and ${containers.nextLookAt}::text is not distinct from ${mark}::text`);
}
