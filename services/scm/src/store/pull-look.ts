import { lockTown, saveOutbox, snapshot, transaction, type Database, type OutboxDraft } from "@gastown/db";
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { livePullsOf, markPullsDue } from "./mark-due.ts";
import type { AttemptRow, PullRow, RepoRow, ReviewRow } from "./rows.ts";
import { mergeAttempts } from "./schema/merge-attempts.ts";
import { pulls } from "./schema/pulls.ts";
import { repos } from "./schema/repos.ts";
import { reviews } from "./schema/reviews.ts";

/** All our tables know about one pull request that a look needs. */
export interface PullLook {
  readonly pull: PullRow;
  readonly repo: RepoRow;
  /** Reviews the forge does not have yet, oldest first. */
  readonly waitingReviews: readonly ReviewRow[];
  readonly attempts: readonly AttemptRow[];
}

/** Reads one pull request for a look; null when there is none. */
export function loadPullLook(db: Database, id: string): Promise<PullLook | null> {
  return snapshot(db, async (tx) => {
    const [row] = await tx
      .select({ pull: pulls, repo: repos })
      .from(pulls)
      .innerJoin(repos, and(eq(repos.town, pulls.town), eq(repos.rig, pulls.rig)))
      .where(eq(pulls.id, id));
    if (row === undefined) return null;
    const waitingReviews = await tx
      .select()
      .from(reviews)
      .where(and(eq(reviews.pull, id), isNull(reviews.givenAt)))
      .orderBy(reviews.seq);
    const attempts = await tx.select().from(mergeAttempts).where(eq(mergeAttempts.pull, id));
    return { ...row, waitingReviews, attempts };
  });
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

/** How an attempt that was `started` ended. */
export type SettledAttempt = Pick<AttemptRow, "fingerprint" | "result" | "message" | "sha">;

export interface PullFound {
  readonly set: Partial<typeof pulls.$inferInsert>;
  readonly outbox: readonly OutboxDraft[];
  readonly settled?: readonly SettledAttempt[];
  /** How long until the next look, in milliseconds; null: when something wakes it. */
  readonly nextInMs: number | null;
  /** The base moved by this one's merge: others on it may be in conflict now. */
  readonly baseMoved?: boolean;
}

/**
 * Stores what a look found, with all that is to be told, in one transaction. False, and nothing is stored, when a wish, a
 * review or a signal came since `pull` was read: then look again.
 */
export function savePullLook(db: Database, pull: PullRow, found: PullFound): Promise<boolean> {
  return transaction(db, async (tx) => {
    await lockTown(tx, pull.town);
    const nextLookAt = found.nextInMs === null ? null : sql`now() + ${found.nextInMs} * interval '1 millisecond'`;
    const version = pull.version + 1;
    const saved = await tx
      .update(pulls)
      .set({ ...found.set, version, lookedVersion: version, nextLookAt, updatedAt: sql`now()` })
      .where(and(eq(pulls.id, pull.id), eq(pulls.version, pull.version)))
      .returning({ id: pulls.id });
    if (saved.length === 0) return false;
    for (const { fingerprint, ...end } of found.settled ?? []) {
      await tx
        .update(mergeAttempts)
        .set({ ...end, endedAt: sql`now()` })
        .where(
          and(
            eq(mergeAttempts.pull, pull.id),
            eq(mergeAttempts.fingerprint, fingerprint),
            eq(mergeAttempts.result, "started"),
          ),
        );
    }
    if (found.baseMoved) await markPullsDue(tx, and(livePullsOf(pull, pull.baseBranch), ne(pulls.id, pull.id)));
    await saveOutbox(tx, found.outbox);
    return true;
  });
}
