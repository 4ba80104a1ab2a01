import type { Tx } from "@gastown/db";
import { and, type AnyPgColumn, eq, inArray, isNotNull, ne, sql, type SQL } from "@gastown/db/drizzle";
import { wakeLoop } from "./mark-due.ts";
import { isNumbered, type NumberedPull, type RepoRow } from "./rows.ts";
import { branches } from "./schema/branches.ts";
import { checks, type CheckRunner } from "./schema/checks.ts";
import { pulls } from "./schema/pulls.ts";
import { repos } from "./schema/repos.ts";

/** Rigs of a town; null: all of them. */
export interface Forgetting {
  readonly town: string;
  readonly rigs: readonly string[] | null;
}

/**
 * For everybody but the loop that removes their repositories these rigs do not exist any more, nor do their pull requests,
 * reviews, checks and wishes. Answers the rigs that did exist and the pull requests that were open. The caller holds the town's lock.
 */
export async function forgetRepos(tx: Tx, which: Forgetting): Promise<{ rigs: string[]; open: NumberedPull[] }> {
  const known = await tx
    .select()
    .from(repos)
    .where(and(among(which, repos), ne(repos.state, "forgotten")));
  const open = await tx
    .select()
    .from(pulls)
    .where(and(among(which, pulls), eq(pulls.status, "open")))
    .orderBy(pulls.seq);
  const running = await readRunners(tx, which);
  await tx.delete(branches).where(among(which, branches));
  await tx.delete(pulls).where(among(which, pulls));
  for (const repo of known) {
    const runners = running.filter(({ rig }) => rig === repo.rig).map(({ runner }) => runner);
    await tx.update(repos).set(forgotten(repo, runners)).where(eq(repos.id, repo.id));
  }
  await wakeLoop(tx, "repos");
  return { rigs: known.map((repo) => repo.rig), open: open.filter(isNumbered) };
}

function forgotten({ purge, version }: RepoRow, runners: readonly CheckRunner[]) {
  return {
    state: "forgotten" as const,
    purge: { runners: [...(purge?.runners ?? []), ...runners] },
    defaultBranch: null,
    reportedUrl: null,
    lastNumber: 0,
    version: version + 1,
    nextLookAt: sql`now()`,
  };
}

/** What checks of these rigs have running, or left behind. */
async function readRunners(tx: Tx, which: Forgetting): Promise<{ rig: string; runner: CheckRunner }[]> {
  const rows = await tx
    .select({ rig: pulls.rig, runner: checks.runner })
    .from(checks)
    .innerJoin(pulls, eq(checks.pull, pulls.id))
    .where(and(among(which, pulls), isNotNull(checks.runner)));
  return rows.flatMap(({ rig, runner }) => (runner === null ? [] : [{ rig, runner }]));
}

function among({ town, rigs }: Forgetting, table: { town: AnyPgColumn; rig: AnyPgColumn }): SQL | undefined {
  return and(eq(table.town, town), rigs === null ? undefined : inArray(table.rig, [...rigs]));
}
