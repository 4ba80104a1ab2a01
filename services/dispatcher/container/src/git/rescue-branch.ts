import { rmSync } from "node:fs";
import { join } from "node:path";
import { stageWork } from "./left-out.ts";
import { forgetRescue, noteRescue } from "./rescue-notes.ts";
import type { Rescued } from "./rescued.ts";
import { runGit, seenRefs, type GitPlace } from "./run-git.ts";

/** Whether the commit is on a branch of the forge, as last fetched, or was on one that the forge has deleted since (merged, say). */
export async function isOnForge(place: GitPlace, commit: string): Promise<boolean> {
  const on = await runGit(place, "for-each-ref", "--count=1", `--contains=${commit}`, "refs/remotes/origin", seenRefs);
  return on !== "";
}

/**
 * A commit of the worktree as it stands, on top of its HEAD, in whatever state it is: HEAD on no branch, a rebase or a merge half
 * done. Nothing of the worktree or its index changes. HEAD itself when there is nothing to commit; the same commit each time. `branch`:
 * what it was meant for.
 */
export async function snapshotWork(place: GitPlace, branch: string): Promise<string> {
  const index = join(await runGit(place, "rev-parse", "--absolute-git-dir"), "gastown-snapshot-index");
  const date = await runGit(place, "show", "--no-patch", "--format=%cI", "HEAD");
  const who = { NAME: "gastown", EMAIL: "gastown@localhost", DATE: date };
  const identity = Object.entries(who).flatMap(([name, value]) => [
    [`GIT_AUTHOR_${name}`, value],
    [`GIT_COMMITTER_${name}`, value],
  ]);
  const own = { ...place, env: { ...place.env, ...Object.fromEntries(identity), GIT_INDEX_FILE: index } };
  try {
    await runGit(own, "read-tree", "HEAD");
    await stageWork(own);
    const tree = await runGit(own, "write-tree");
    if (tree === (await runGit(own, "rev-parse", "HEAD^{tree}"))) return await runGit(own, "rev-parse", "HEAD");
    return await runGit(own, "commit-tree", tree, "-p", "HEAD", "-m", `WIP: saved by gastown (${branch})`);
  } finally {
    for (const file of [index, `${index}.lock`]) rmSync(file, { force: true });
  }
}

/**
 * The commit is on a branch of its own on the forge, named after the branch it was meant for: work that has no place any more
 * is there for people to look at, and nobody's branch is overwritten. Pushed again it is the same branch. The clone has a note of it
 * before, so that who recovers it after a kill can tell it. Throws when the forge does not take it. Local forges take branches below
 * `gt/` only.
 */
export async function pushRescue(place: GitPlace, work: Omit<Rescued, "pushedTo">): Promise<string> {
  const pushedTo = rescueBranch(work);
  await noteRescue(place, work);
  await runGit(place, "push", "--quiet", "origin", `${work.head}:refs/heads/${pushedTo}`);
  place.rescued?.({ ...work, pushedTo });
  return pushedTo;
}

function rescueBranch({ branch, head }: Pick<Rescued, "branch" | "head">): string {
  return `gt/rescue/${branch.replace(/^gt\//, "")}/${head.slice(0, 12)}`;
}

/**
 * What the clone has noted is on the forge, or was (people may have deleted the branch by now), and is told: once more when it was
 * told before. The note is gone.
 */
export async function tellNoted(place: GitPlace, work: Omit<Rescued, "pushedTo">): Promise<void> {
  if (await isOnForge(place, work.head)) place.rescued?.({ ...work, pushedTo: rescueBranch(work) });
  else await pushRescue(place, work);
  await forgetRescue(place, work);
}

/** What stands in the worktree is on the forge afterwards, on a rescue branch unless it was there; answers that branch's name. */
export async function rescueWork(place: GitPlace, branch: string): Promise<string | null> {
  const head = await snapshotWork(place, branch);
  return (await isOnForge(place, head))
    ? null
    : pushRescue(place, { from: place.cwd, branch, head, why: "unfinished" });
}
