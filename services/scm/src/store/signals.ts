import { lockTown, type Tx } from "@gastown/db";
import { and, eq, inArray, isNotNull, ne, or, sql, type SQL } from "@gastown/db/drizzle";
import type { Signal } from "../hooks/signal.ts";
import { wakeLoop } from "./mark-due.ts";
import { gatherMs } from "./save-look.ts";
import type { RepoRow } from "./rows.ts";
import { pulls } from "./schema/pulls.ts";
import { repos } from "./schema/repos.ts";
import { snapshots } from "./schema/snapshots.ts";
import { readAllOf } from "./sweeps.ts";

/** A push to a base, or another rule, concerns many at once: they are asked one after the other (scm §1.8: 30-60 s). */
const spreadMs = 45_000;

/**
 * What the signals are about is read soon: the pull requests they name, those of their commit or branch, or all of the repository.
 * Many signals are one reading; one too many costs a reading, and nothing is decided from what they say (scm §0.1). Answers how many
 * pull requests of ours they concern.
 */
export async function applySignals(tx: Tx, signals: readonly Signal[]): Promise<number> {
  const about: { signal: Signal; repo: RepoRow }[] = [];
  for (const signal of signals) for (const repo of await reposOf(tx, signal)) about.push({ signal, repo });
  // In one order, as looks take it before they store what they found: nobody waits for each other.
  for (const town of [...new Set(about.map(({ repo }) => repo.town))].toSorted()) await lockTown(tx, town);
  let concerned = 0;
  for (const { signal, repo } of about) concerned += await applyTo(tx, repo, signal);
  if (concerned > 0) await wakeLoop(tx, "pulls");
  return concerned;
}

/** Several rigs may be of one repository; a signal without one is about all of its installation. */
function reposOf(tx: Tx, { provider, repo, installation }: Signal): Promise<RepoRow[]> {
  const { id, name } = repo;
  const named = name === null ? undefined : eq(sql`lower(${repos.remote})`, name.toLowerCase());
  const which =
    id === null && named === undefined
      ? installation === null
        ? undefined
        : eq(repos.installation, installation)
      : id === null
        ? named
        : eq(repos.remoteId, id);
  return tx
    .select()
    .from(repos)
    .where(and(eq(repos.forge, provider), ne(repos.state, "forgotten"), which));
}

async function applyTo(tx: Tx, repo: RepoRow, signal: Signal): Promise<number> {
  const about = aboutOf(signal);
  if (about === null) {
    // Its name, its default branch or what we may do there can be another now.
    if (signal.kind === "repo" || signal.kind === "access") await registerAgain(tx, repo);
    await readAllOf(tx, repo, { overMs: spreadMs });
    return 0;
  }
  if (signal.kind === "push" && signal.branch !== null)
    await readAllOf(tx, repo, { overMs: spreadMs, which: eq(pulls.baseBranch, signal.branch) });
  return markDirty(tx, and(eq(pulls.town, repo.town), eq(pulls.rig, repo.rig), about), signal);
}

/** Which pull requests of a repository; null: all of them. */
function aboutOf({ pull, sha, branch, kind }: Signal): SQL | undefined | null {
  if (pull !== null) return eq(pulls.number, pull);
  const bySha = sha === null ? undefined : or(eq(pulls.headCommit, sha), eq(pulls.knownHead, sha));
  // A status names the branches its commit is on; a push names the one that moved.
  const byBranch = branch === null || (kind !== "push" && sha !== null) ? undefined : eq(pulls.headBranch, branch);
  return or(bySha, byBranch) ?? null;
}

/**
 * They are read at the end of the gathering time. A head the forge told of is remembered, as a reading may lag behind it (scm §1.9),
 * unless it is one that was read before: then the signal is late.
 */
async function markDirty(tx: Tx, which: SQL | undefined, signal: Signal): Promise<number> {
  const soon = sql`least(coalesce(${pulls.dirtySince}, now()) + ${gatherMs.first} * interval '1 millisecond', now() + ${gatherMs.last} * interval '1 millisecond')`;
  const rows = await tx
    .update(pulls)
    .set({
      dirtyAt: sql`now()`,
      dirtySince: sql`coalesce(${pulls.dirtySince}, now())`,
      nextLookAt: sql`case when ${pulls.nextLookAt} <= now() then ${pulls.nextLookAt} else ${soon} end`,
      ...headOf(signal),
    })
    .where(and(which, inArray(pulls.status, ["opening", "open"])))
    .returning({ id: pulls.id });
  return rows.length;
}

function headOf({ head, at, kind }: Signal) {
  if (head === null || (kind !== "pr" && kind !== "push")) return {};
  const readBefore = sql`exists (select from ${snapshots} s where s.pull = ${pulls.id} and s.head = ${head})`;
  const told = (value: SQL, kept: SQL) => sql`case when ${readBefore} then ${kept} else ${value} end`;
  return {
    knownHead: told(sql`${head}`, sql`${pulls.knownHead}`),
    knownHeadAt: told(sql`now()`, sql`${pulls.knownHeadAt}`),
    knownChangeAt: told(sql`${at}::timestamptz`, sql`${pulls.knownChangeAt}`),
  };
}

async function registerAgain(tx: Tx, repo: RepoRow): Promise<void> {
  await tx
    .update(repos)
    .set({ nextLookAt: sql`now()`, tries: 0, version: sql`${repos.version} + 1` })
    .where(and(eq(repos.id, repo.id), isNotNull(repos.remoteId)));
  await wakeLoop(tx, "repos", repo.id);
}
