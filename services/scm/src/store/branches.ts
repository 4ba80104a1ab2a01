import { lockTown, saveOutbox, snapshot, transaction, type Database, type OutboxDraft, type Tx } from "@gastown/db";
import { and, eq, sql, type SQL } from "@gastown/db/drizzle";
import type { RepoRef } from "../forges/forge.ts";
import { branchId } from "./ids.ts";
import { livePullsOf, markPullsDue, wakeLoop } from "./mark-due.ts";
import type { BranchRow, RepoRow } from "./rows.ts";
import { branches } from "./schema/branches.ts";
import { repos } from "./schema/repos.ts";

/** Which branch is to be made, and by which command. */
type BranchWish = Pick<BranchRow, "town" | "rig" | "branch" | "traceparent" | "correlationId" | "causationId">;

/** The branch is to be made, and the town to be told; it is looked at soon. */
export async function wishBranch(tx: Tx, wish: BranchWish): Promise<void> {
  const id = branchId(wish, wish.branch);
  const set = { ...wish, tries: 0, nextLookAt: sql`now()` };
  await tx
    .insert(branches)
    .values({ id, ...set })
    .onConflictDoUpdate({ target: branches.id, set: { ...set, version: sql`${branches.version} + 1` } });
  await wakeLoop(tx, "branches", id);
}

/** A branch that is to be made, and its repository. */
export interface BranchLook {
  readonly wish: BranchRow;
  readonly repo: RepoRow;
}

/** Reads one branch for a look; null when nobody waits for it. */
export function loadBranchLook(db: Database, id: string): Promise<BranchLook | null> {
  return snapshot(db, async (tx) => {
    const [row] = await tx
      .select({ wish: branches, repo: repos })
      .from(branches)
      .innerJoin(repos, and(eq(repos.town, branches.town), eq(repos.rig, branches.rig)))
      .where(eq(branches.id, id));
    return row ?? null;
  });
}

/**
 * What came of the wish is told, and it is over; pull requests of the branch are looked at. False, and nothing is told,
 * when it was wished again since `wish` was read: then look again.
 */
export function settleBranch(db: Database, wish: BranchRow, told: OutboxDraft): Promise<boolean> {
  return transaction(db, async (tx) => {
    await lockTown(tx, wish.town);
    const settled = await tx.delete(branches).where(asRead(wish)).returning({ id: branches.id });
    if (settled.length === 0) return false;
    await markPullsDue(tx, livePullsOf(wish, wish.branch));
    await saveOutbox(tx, [told]);
    return true;
  });
}

/** The branch is looked at again after so many milliseconds; null: when something wakes it. False as in `settleBranch`. */
export async function postponeBranch(
  db: Database,
  wish: BranchRow,
  { tries, nextInMs }: { tries: number; nextInMs: number | null },
): Promise<boolean> {
  const nextLookAt = nextInMs === null ? null : sql`now() + ${nextInMs} * interval '1 millisecond'`;
  const set = { tries, nextLookAt, version: wish.version + 1 };
  const saved = await db.drizzle.update(branches).set(set).where(asRead(wish)).returning({ id: branches.id });
  return saved.length > 0;
}

/** Branches of a repository that are to be made. */
export function branchesOf({ town, rig }: RepoRef): SQL | undefined {
  return and(eq(branches.town, town), eq(branches.rig, rig));
}

function asRead({ id, version }: BranchRow): SQL | undefined {
  return and(eq(branches.id, id), eq(branches.version, version));
}
