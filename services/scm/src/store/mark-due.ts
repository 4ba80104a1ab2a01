import { notifyDue, type Tx } from "@gastown/db";
import { and, eq, inArray, ne, or, sql, type SQL } from "@gastown/db/drizzle";
import type { RepoRef } from "../forges/forge.ts";
import { branches } from "./schema/branches.ts";
import { checks } from "./schema/checks.ts";
import { pulls } from "./schema/pulls.ts";
import { mergeAttempts } from "./schema/merge-attempts.ts";
import { repos } from "./schema/repos.ts";
import { sweeps } from "./schema/sweeps.ts";

/** The channels of the due loops: their default ones. */
const channels = {
  repos: "scm_repos_due",
  branches: "scm_branches_due",
  pulls: "scm_pulls_due",
  checks: "scm_checks_due",
  sweeps: "scm_sweeps_due",
} as const;

/** Wakes the loop of a table once the transaction commits. */
export function wakeLoop(tx: Tx, table: keyof typeof channels, key = ""): Promise<void> {
  return notifyDue(tx, channels[table], key);
}

/**
 * These pull requests are looked at as soon as the transaction commits. The version grows, so that a look that runs now and
 * has not seen the change does not write its result, and looks again.
 */
export async function markPullsDue(tx: Tx, which: SQL | undefined): Promise<void> {
  await tx
    .update(pulls)
    .set({ nextLookAt: sql`now()`, version: sql`${pulls.version} + 1` })
    .where(which);
  await wakeLoop(tx, "pulls");
}

/** Branches that are to be made, as `markPullsDue`. */
export async function markBranchesDue(tx: Tx, which?: SQL): Promise<void> {
  await tx
    .update(branches)
    .set({ nextLookAt: sql`now()`, version: sql`${branches.version} + 1` })
    .where(which);
  await wakeLoop(tx, "branches");
}

/** Pull requests of a repository that have not ended; with `branch`, those that merge it or merge into it. */
export function livePullsOf({ town, rig }: RepoRef, branch?: string): SQL | undefined {
  const ofRepo = and(eq(pulls.town, town), eq(pulls.rig, rig), inArray(pulls.status, ["opening", "open"]));
  return branch === undefined ? ofRepo : and(ofRepo, sql`${branch} in (${pulls.headBranch}, ${pulls.baseBranch})`);
}

/**
 * What every start begins with: a look at everything that has not ended (scm §3.2), so that what a crash interrupted goes on
 * at once; and at repositories whose town knows another address than `publicUrl`. Keys another replica works on stay with it.
 * Pull requests of a forge where reading costs something are read together, by the sweeps of their repositories.
 */
export async function markAllDue(tx: Tx, publicUrl: string): Promise<void> {
  const swept = sql`exists (select from ${repos} r where r.town = ${pulls.town} and r.rig = ${pulls.rig} and r.forge <> 'local')`;
  const live = inArray(pulls.status, ["opening", "open"]);
  await tx
    .update(pulls)
    .set({ nextReadAt: sql`now()` })
    .where(and(live, swept));
  await markPullsDue(tx, and(live, or(sql`not ${swept}`, interrupted)));
  await tx
    .insert(sweeps)
    .select(
      tx
        .select({ id: repos.id, nextLookAt: sql`now()`.as("next_look_at") })
        .from(repos)
        .where(and(ne(repos.forge, "local"), eq(repos.state, "ready"))),
    )
    .onConflictDoUpdate({ target: sweeps.id, set: { nextLookAt: sql`now()` } });
  await wakeLoop(tx, "sweeps");
  await markBranchesDue(tx);
  await tx
    .update(checks)
    .set({ nextLookAt: sql`now()` })
    .where(inArray(checks.state, ["queued", "running"]));
  await tx
    .update(repos)
    .set({ nextLookAt: sql`now()`, version: sql`${repos.version} + 1` })
    .where(
      sql`${repos.state} = 'registering' or ${repos.purge} is not null or (${repos.state} = 'ready' and ${repos.reportedUrl} is distinct from ${publicUrl})`,
    );
  await wakeLoop(tx, "checks");
  await wakeLoop(tx, "repos");
}

/** Something was asked of it, or begun, that has no end yet. */
const interrupted = or(
  eq(pulls.status, "opening"),
  ne(pulls.version, pulls.lookedVersion),
  sql`${pulls.mergeWish} is not null`,
  sql`${pulls.dirtyAt} is not null`,
  sql`exists (select from ${mergeAttempts} a where a.pull = ${pulls.id} and a.result = 'started')`,
);
