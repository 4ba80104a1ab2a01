import { snapshot as view, type Database, type Tx } from "@gastown/db";
import { and, desc, eq, isNull, ne, sql } from "@gastown/db/drizzle";
import type { Snapshot } from "../domain/snapshot.ts";
import { isNumbered, type AttemptRow, type PullRow, type RepoRow, type ReviewRow } from "./rows.ts";
import { mergeAttempts } from "./schema/merge-attempts.ts";
import { pulls } from "./schema/pulls.ts";
import { repos } from "./schema/repos.ts";
import { reviews } from "./schema/reviews.ts";
import { snapshots } from "./schema/snapshots.ts";

/** All our tables know about one pull request that a look needs. */
export interface PullLook {
  readonly pull: PullRow;
  readonly repo: RepoRow;
  /** Reviews the forge does not have yet, oldest first. */
  readonly waitingReviews: readonly ReviewRow[];
  readonly attempts: readonly AttemptRow[];
  /** The last reading that was stored. */
  readonly reading: StoredReading | null;
  /** When something else was last merged into its base; asked for when this is to be merged. */
  readonly lastMergeAt: Date | null;
  /** The database's clock, which all times of a look go by. */
  readonly now: Date;
}

export interface StoredReading {
  readonly snapshot: Snapshot;
  /** When it was begun. */
  readonly readAt: Date;
}

/** How an attempt that was `started` ended, or one that the queue had taken. */
export type SettledAttempt = Pick<AttemptRow, "fingerprint" | "result" | "message" | "sha">;

/** Reads one pull request for a look; null when there is none. */
export function loadPullLook(db: Database, id: string): Promise<PullLook | null> {
  return view(db, async (tx) => {
    const [row] = await tx
      .select({ pull: pulls, repo: repos, now: sql<Date>`now()`.mapWith(pulls.createdAt) })
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
    const reading = isNumbered(row.pull) ? await readReading(tx, id) : null;
    const lastMergeAt = row.pull.mergeWish === null ? null : await readLastMerge(tx, row);
    return { ...row, waitingReviews, attempts, reading, lastMergeAt };
  });
}

async function readReading(tx: Tx, pull: string): Promise<StoredReading | null> {
  const { snapshot, readAt } = snapshots;
  const rows = await tx
    .select({ snapshot, readAt })
    .from(snapshots)
    .where(eq(snapshots.pull, pull))
    .orderBy(desc(readAt))
    .limit(1);
  return rows[0] ?? null;
}

/** Several rigs can be of one repository of a forge. */
async function readLastMerge(tx: Tx, { pull, repo }: { pull: PullRow; repo: RepoRow }): Promise<Date | null> {
  const same = repo.remoteId === null ? eq(repos.id, repo.id) : eq(repos.remoteId, repo.remoteId);
  const [row] = await tx
    .select({ at: sql<Date | null>`max(${pulls.mergedAt})`.mapWith(pulls.mergedAt) })
    .from(pulls)
    .innerJoin(repos, and(eq(repos.town, pulls.town), eq(repos.rig, pulls.rig)))
    .where(and(eq(repos.forge, repo.forge), same, eq(pulls.baseBranch, pull.baseBranch), ne(pulls.id, pull.id)));
  return row?.at ?? null;
}
