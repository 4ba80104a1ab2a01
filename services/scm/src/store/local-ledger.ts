import { snapshot, transaction, type Database, type Tx } from "@gastown/db";
import { and, eq, isNotNull, ne, sql } from "@gastown/db/drizzle";
import type { PullRef } from "../forges/forge.ts";
import type { LocalLedger, LocalPull } from "../forges/local/ledger.ts";
import { livePullsOf, markPullsDue } from "./mark-due.ts";
import { isPull } from "./pulls.ts";
import { findRepo } from "./repos.ts";
import { requiredApprovalsOf } from "./required-approvals.ts";
import { checks } from "./schema/checks.ts";
import { mergeAttempts } from "./schema/merge-attempts.ts";
import { pulls } from "./schema/pulls.ts";
import { repos } from "./schema/repos.ts";
import { reviews } from "./schema/reviews.ts";

/** The name of the one check a rig can have. */
export const rigCheckName = "check";

/** The tables of the local forge, in Postgres. */
export function createLocalLedger(db: Database): LocalLedger {
  return {
    open: (id, headCommit) => transaction(db, (tx) => open(tx, id, headCommit)),
    read: (ref) => snapshot(db, (tx) => read(tx, ref)),
    async setDraft(ref, draft) {
      await db.drizzle.update(pulls).set({ draft }).where(isPull(ref));
    },
    async edit(ref, words) {
      await db.drizzle.update(pulls).set(words).where(isPull(ref));
    },
    async close(ref, reason) {
      await db.drizzle
        .update(pulls)
        .set({ status: "closed", closeReason: reason })
        .where(and(isPull(ref), eq(pulls.status, "open")));
    },
    async addReview(_ref, { id }) {
      await db.drizzle
        .update(reviews)
        .set({ givenAt: sql`now()` })
        .where(eq(reviews.id, id));
    },
    async branchInUse(ref, branch) {
      const others = await db.drizzle
        .select({ id: pulls.id })
        .from(pulls)
        .where(and(livePullsOf(ref, branch), sql`${pulls.number} is distinct from ${ref.number}`))
        .limit(1);
      return others.length > 0;
    },
    async usable(repo) {
      const row = await findRepo(db, repo);
      if (row?.state !== "ready" || row.defaultBranch === null) return null;
      return { defaultBranch: row.defaultBranch, registeredAt: row.createdAt.getTime() };
    },
    markPushed: (repo) => transaction(db, (tx) => markPullsDue(tx, livePullsOf(repo))),
  };
}

async function open(tx: Tx, id: string, headCommit: string): Promise<number> {
  const [pull] = await tx.select().from(pulls).where(eq(pulls.id, id)).for("update");
  if (pull === undefined) throw new Error(`there is no pull request with the id ${id}`);
  if (pull.number !== null) return pull.number;
  const [given] = await tx
    .update(repos)
    .set({ lastNumber: sql`${repos.lastNumber} + 1` })
    .where(and(eq(repos.town, pull.town), eq(repos.rig, pull.rig)))
    .returning({ number: repos.lastNumber });
  if (given === undefined) throw new Error(`there is no repository for ${pull.rig}`);
  await tx
    .update(pulls)
    .set({ number: given.number, status: "open", headCommit, headSeenAt: sql`now()`, version: pull.version + 1 })
    .where(eq(pulls.id, id));
  return given.number;
}

async function read(tx: Tx, ref: PullRef): Promise<LocalPull | null> {
  const [row] = await tx
    .select({ pull: pulls, repo: repos })
    .from(pulls)
    .innerJoin(repos, and(eq(repos.town, pulls.town), eq(repos.rig, pulls.rig)))
    .where(isPull(ref));
  if (row === undefined || row.pull.status === "opening" || row.pull.headCommit === null) return null;
  const { pull, repo } = row;
  const ran = await tx
    .select()
    .from(checks)
    .where(and(eq(checks.pull, pull.id), eq(checks.command, repo.checkCommand ?? "")));
  const given = await tx
    .select()
    .from(reviews)
    .where(and(eq(reviews.pull, pull.id), isNotNull(reviews.givenAt)))
    .orderBy(reviews.seq);
  const begun = await tx
    .selectDistinct({ head: mergeAttempts.expectedHead })
    .from(mergeAttempts)
    .where(and(eq(mergeAttempts.pull, pull.id), ne(mergeAttempts.expectedHead, pull.headCommit ?? "")));
  return {
    status: row.pull.status,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    head: pull.headBranch,
    base: pull.baseBranch,
    headCommit: row.pull.headCommit,
    mergeCommit: pull.mergeCommit,
    mergeableHead: pull.mergeableHead,
    attemptedHeads: begun.map((attempt) => attempt.head),
    reviews: given,
    checks: ran,
    requiredApprovals: requiredApprovalsOf(pull, repo),
    requiredChecks: repo.checkCommand === null ? [] : [rigCheckName],
  };
}
