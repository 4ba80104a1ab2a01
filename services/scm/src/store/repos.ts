import { lockTown, saveOutbox, transaction, type Database, type OutboxDraft, type Tx } from "@gastown/db";
import { and, eq, ne, sql } from "@gastown/db/drizzle";
import type { RepoRef } from "../forges/forge.ts";
import { branchesOf } from "./branches.ts";
import { repoId } from "./ids.ts";
import { livePullsOf, markBranchesDue, markPullsDue, wakeLoop } from "./mark-due.ts";
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
  | "forge"
  | "merge"
  | "traceparent"
  | "correlationId"
  | "causationId"
>;

/** The repository of a rig, or null; one that is forgotten is none. */
export async function findRepo(dbOrTx: Database | Tx, repo: RepoRef): Promise<RepoRow | null> {
  const rows = await queriesOf(dbOrTx)
    .select()
    .from(repos)
    .where(and(eq(repos.id, repoId(repo)), ne(repos.state, "forgotten")));
  return rows[0] ?? null;
}

/** The repositories of a town that can be used, by rig. */
export function readReadyRepos(db: Database, town: string): Promise<RepoRow[]> {
  return db.drizzle
    .select()
    .from(repos)
    .where(and(eq(repos.town, town), eq(repos.state, "ready")))
    .orderBy(repos.rig);
}

/** A row by its key for a look, also one that is forgotten; null when there is none. */
export async function loadRepo(db: Database, id: string): Promise<RepoRow | null> {
  const rows = await db.drizzle.select().from(repos).where(eq(repos.id, id));
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
    nextLookAt: sql`now()`,
  };
  // A row that is there although there was no rig is a forgotten one, and this is another rig of the same name.
  const anew = before === null ? { createdAt: sql`now()` } : {};
  await tx
    .insert(repos)
    .values({ id: repoId(wish), ...set })
    .onConflictDoUpdate({ target: repos.id, set: { ...set, ...anew, version: sql`${repos.version} + 1` } });
  await wakeLoop(tx, "repos", repoId(wish));
}

export interface RepoFound {
  readonly set: Partial<typeof repos.$inferInsert>;
  readonly outbox: readonly OutboxDraft[];
  /** How long until it is looked at again; null: when something wakes it. */
  readonly nextInMs: number | null;
}

/**
 * Stores what a look at a repository found, and what is to be told. False, and nothing is stored, when the wish has changed
 * since `repo` was read: then look again.
 */
export function saveRepoLook(db: Database, repo: RepoRow, found: RepoFound): Promise<boolean> {
  const { nextInMs } = found;
  const nextLookAt = nextInMs === null ? null : sql`now() + ${nextInMs} * interval '1 millisecond'`;
  return transaction(db, async (tx) => {
    await lockTown(tx, repo.town);
    const saved = await tx
      .update(repos)
      .set({ ...found.set, nextLookAt, version: repo.version + 1 })
      .where(and(eq(repos.id, repo.id), eq(repos.version, repo.version)))
      .returning({ id: repos.id });
    if (saved.length === 0) return false;
    // Those that were to be opened meanwhile can be now, and a rig's settings are part of what they are judged by.
    await markPullsDue(tx, livePullsOf(repo));
    await markBranchesDue(tx, branchesOf(repo));
    await saveOutbox(tx, found.outbox);
    return true;
  });
}

/** What was to be removed of a repository is removed; a forgotten one has no row any more. Nothing when it changed since it was read. */
export async function endPurge(db: Database, repo: RepoRow): Promise<void> {
  const asRead = and(eq(repos.id, repo.id), eq(repos.version, repo.version));
  if (repo.state === "forgotten") await db.drizzle.delete(repos).where(asRead);
  else
    await db.drizzle
      .update(repos)
      .set({ purge: null, version: repo.version + 1 })
      .where(asRead);
}

/** The forge wants to be left alone for so long, by all that reach the repository the same way: nothing is asked of it before. */
export async function pauseRepo(db: Database, { id, forge, installation }: RepoRow, forMs: number): Promise<void> {
  const until = sql`now() + ${forMs} * interval '1 millisecond'`;
  const which = installation === null ? eq(repos.id, id) : eq(repos.installation, installation);
  await db.drizzle
    .update(repos)
    .set({ pausedUntil: sql`greatest(${repos.pausedUntil}, ${until})` })
    .where(and(eq(repos.forge, forge), which));
}

/** Whether heads get checks in this repository is learned from those that were merged (scm §1.4). */
export async function noteMergedChecks(db: Database, { id }: RepoRow, checked: boolean): Promise<void> {
  const uncheckedMerges = checked ? 0 : sql`${repos.uncheckedMerges} + 1`;
  await db.drizzle.update(repos).set({ uncheckedMerges }).where(eq(repos.id, id));
}
