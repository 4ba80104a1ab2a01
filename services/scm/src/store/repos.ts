import { lockTown, saveOutbox, transaction, type Database, type OutboxDraft, type Tx } from "@gastown/db";
import { and, eq, sql } from "drizzle-orm";
import type { RepoRef } from "../forges/forge.ts";
import { repoId } from "./ids.ts";
import { livePullsOf, markPullsDue, wakeLoop } from "./mark-due.ts";
import { queriesOf } from "./queries.ts";
import type { RepoRow } from "./rows.ts";
import { repos } from "./schema/repos.ts";

/** What is wished of a rig's repository, and by which command. */
export type RepoWish = Pick<
  typeof repos.$inferInsert,
  | "town"
  | "rig"
  | "source"
  | "wantedBranch"
  | "checkCommand"
  | "requiredApprovals"
  | "traceparent"
  | "correlationId"
  | "causationId"
>;

/** The repository of a rig, or null. */
export async function findRepo(dbOrTx: Database | Tx, repo: RepoRef): Promise<RepoRow | null> {
  const rows = await queriesOf(dbOrTx)
    .select()
    .from(repos)
    .where(eq(repos.id, repoId(repo)));
  return rows[0] ?? null;
}

/** The wish is stored; the repository is looked at soon, and its pull requests after it. */
export async function saveRepoWish(tx: Tx, wish: RepoWish, before: RepoRow | null): Promise<void> {
  const set = {
    ...wish,
    state: before?.state === "ready" ? ("ready" as const) : ("registering" as const),
    reason: null,
    reportDue: true,
    tries: 0,
    version: (before?.version ?? 0) + 1,
    nextLookAt: sql`now()`,
  };
  await tx
    .insert(repos)
    .values({ id: repoId(wish), ...set })
    .onConflictDoUpdate({ target: repos.id, set });
  await wakeLoop(tx, "repos", repoId(wish));
}

/**
 * Stores what a look at a repository found, and what is to be told. False, and nothing is stored, when the wish has changed
 * since `repo` was read: then look again.
 */
export function saveRepoLook(
  db: Database,
  repo: RepoRow,
  found: { set: Partial<typeof repos.$inferInsert>; outbox: OutboxDraft[] },
): Promise<boolean> {
  return transaction(db, async (tx) => {
    await lockTown(tx, repo.town);
    const saved = await tx
      .update(repos)
      .set({ ...found.set, version: repo.version + 1 })
      .where(and(eq(repos.id, repo.id), eq(repos.version, repo.version)))
      .returning({ id: repos.id });
    if (saved.length === 0) return false;
    // Those that were to be opened meanwhile can be now, and a rig's settings are part of what they are judged by.
    await markPullsDue(tx, livePullsOf(repo));
    await saveOutbox(tx, found.outbox);
    return true;
  });
}
