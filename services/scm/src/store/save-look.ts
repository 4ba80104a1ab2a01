import { lockTown, saveOutbox, transaction, type Database, type OutboxDraft, type Tx } from "@gastown/db";
import { and, eq, inArray, ne, sql, type SQL } from "@gastown/db/drizzle";
import { livePullsOf, markPullsDue } from "./mark-due.ts";
import type { SettledAttempt, StoredReading } from "./pull-look.ts";
import type { PullRow } from "./rows.ts";
import { mergeAttempts } from "./schema/merge-attempts.ts";
import { pulls } from "./schema/pulls.ts";
import { saveReading } from "./snapshots.ts";
import { wakeSweepBy } from "./sweeps.ts";

/** What a look found, and all that follows from it. */
export interface PullFound {
  readonly set: Partial<typeof pulls.$inferInsert>;
  readonly outbox: readonly OutboxDraft[];
  readonly settled?: readonly SettledAttempt[];
  /** How long until the next look, in milliseconds; null: when something wakes it. */
  readonly nextInMs: number | null;
  /** The base moved by this one's merge: others on it may be in conflict now. */
  readonly baseMoved?: boolean;
  /** What was read and judged, and how long after that reading the next one is due; the repository's sweep reads it then. */
  readonly judged?: StoredReading & { readonly nextReadInMs: number | null; readonly swept: boolean };
}

/** How long signals are gathered after the first one and after the last one (scm §1.10). */
export const gatherMs = { first: 1_000, last: 300 };

/**
 * Stores what a look found, with all that is to be told, in one transaction. False, and nothing is stored, when a wish or a
 * review came since `pull` was read: then look again. A signal that came since is answered by another look soon.
 */
export function savePullLook(db: Database, pull: PullRow, found: PullFound): Promise<boolean> {
  return transaction(db, async (tx) => {
    await lockTown(tx, pull.town);
    const version = pull.version + 1;
    const times = { nextLookAt: nextLookAt(pull, found), updatedAt: sql`now()` };
    const saved = await tx
      .update(pulls)
      .set({ ...found.set, ...readingOf(pull, found), version, lookedVersion: version, ...times })
      .where(and(eq(pulls.id, pull.id), eq(pulls.version, pull.version)))
      .returning({ id: pulls.id, nextReadAt: pulls.nextReadAt });
    const [row] = saved;
    if (row === undefined) return false;
    await saveAttempts(tx, pull, found.settled ?? []);
    if (found.judged !== undefined) await saveReading(tx, pull.id, found.judged);
    if (found.judged?.swept) await wakeSweepBy(tx, pull, row.nextReadAt);
    if (found.baseMoved) await markPullsDue(tx, and(livePullsOf(pull, pull.baseBranch), ne(pulls.id, pull.id)));
    await saveOutbox(tx, found.outbox);
    return true;
  });
}

function after(ms: number): SQL {
  return sql`now() + ${ms} * interval '1 millisecond'`;
}

/** Signals that came before the reading was begun are answered by it, but for a head that it could not be compared with. */
function isAnswered(pull: PullRow, began: string): SQL {
  return sql`${pulls.dirtyAt} <= ${began}::timestamptz and ${pulls.knownHead} is not distinct from ${pull.knownHead}`;
}

/** A signal that is not answered makes the next look soon, whatever was found. */
function nextLookAt(pull: PullRow, { nextInMs, judged }: PullFound): SQL | null {
  if (judged === undefined) return nextInMs === null ? null : after(nextInMs);
  const planned = nextInMs === null ? sql`null::timestamptz` : after(nextInMs);
  const unanswered = sql`${pulls.dirtyAt} is not null and not (${isAnswered(pull, judged.readAt.toISOString())})`;
  return sql`least(${planned}, case when ${unanswered} then ${after(gatherMs.last)} end)`;
}

/** When it is read again counts from when it was read. */
function readingOf(pull: PullRow, { judged }: PullFound) {
  if (judged === undefined) return {};
  const began = judged.readAt.toISOString();
  const answered = isAnswered(pull, began);
  const { nextReadInMs } = judged;
  return {
    readAt: judged.readAt,
    dirtyAt: sql`case when ${answered} then null else ${pulls.dirtyAt} end`,
    dirtySince: sql`case when ${answered} then null else ${pulls.dirtySince} end`,
    nextReadAt: nextReadInMs === null ? null : sql`${began}::timestamptz + ${nextReadInMs} * interval '1 millisecond'`,
  };
}

async function saveAttempts(tx: Tx, pull: PullRow, settled: readonly SettledAttempt[]): Promise<void> {
  for (const { fingerprint, ...end } of settled) {
    const which = and(
      eq(mergeAttempts.pull, pull.id),
      eq(mergeAttempts.fingerprint, fingerprint),
      inArray(mergeAttempts.result, ["started", "enqueued"]),
    );
    await tx
      .update(mergeAttempts)
      .set({ ...end, endedAt: sql`now()` })
      .where(which);
  }
}

/**
 * A pull request that was never opened is not there any more, and whoever is concerned is told. False, and nothing is done, when
 * it was asked for again since `pull` was read: then look again.
 */
export function dropOpening(db: Database, pull: PullRow, outbox: readonly OutboxDraft[]): Promise<boolean> {
  return transaction(db, async (tx) => {
    await lockTown(tx, pull.town);
    const dropped = await tx
      .delete(pulls)
      .where(and(eq(pulls.id, pull.id), eq(pulls.version, pull.version), eq(pulls.status, "opening")))
      .returning({ id: pulls.id });
    if (dropped.length > 0) await saveOutbox(tx, outbox);
    return dropped.length > 0;
  });
}

/** The pull request is looked at again after so many milliseconds, and with `read` read anew. Nothing else changes. */
export async function postponeLook(
  db: Database,
  pull: string,
  { inMs, read = false }: { inMs: number; read?: boolean },
): Promise<void> {
  const at = after(inMs);
  await db.drizzle
    .update(pulls)
    .set({ nextLookAt: at, ...(read && { nextReadAt: at }) })
    .where(eq(pulls.id, pull));
}
