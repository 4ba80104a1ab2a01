import { unlockWorktree } from "./repository.ts";
import { runGit, tryGit, type GitPlace } from "./run-git.ts";

/** Whether there is anything in the worktree that is not committed, new files included. */
export async function isDirty(place: GitPlace): Promise<boolean> {
  return (await runGit(place, "status", "--porcelain", "--untracked-files=normal")) !== "";
}

/**
 * Commits all changes of the worktree; false when there is nothing to commit, or when a merge is half resolved: then a commit
 * would hide the conflict.
 */
export async function commitAll(place: GitPlace, message: string): Promise<boolean> {
  if (!(await isDirty(place)) || (await runGit(place, "ls-files", "--unmerged")) !== "") return false;
  await runGit(place, "add", "--all");
  await runGit(place, "commit", "--quiet", "--no-verify", "-m", message);
  return true;
}

/** What became of a worktree's work when its agent ended. */
export interface SavedWork {
  committed: boolean;
  pushed: boolean;
  /** Why something stays in the worktree only; null when all is on the forge. */
  problem: string | null;
}

/** Whether the branch has commits that the forge, as last fetched, does not have. */
async function hasUnpushed(place: GitPlace, work: { branch: string; base: string }): Promise<boolean> {
  const remote = `refs/remotes/origin/${work.branch}`;
  const known = (await tryGit(place, "rev-parse", "--quiet", "--verify", remote)) !== null;
  const since = known ? remote : `refs/remotes/origin/${work.base}`;
  return (await runGit(place, "rev-list", "--count", `${since}..HEAD`)) !== "0";
}

/**
 * Commits what lies in the worktree as `WIP: saved by gastown (<reason>)` and pushes the branch, so that whoever works on the
 * bead next finds it. To be called when its agent has ended. A branch with no work on it is not pushed. Never forces: a push the forge refuses is told as `problem`.
 */
export async function saveWork(
  place: GitPlace,
  work: { branch: string; base: string; reason: string },
): Promise<SavedWork> {
  await unlockWorktree(place, work.branch);
  if ((await tryGit(place, "symbolic-ref", "--short", "HEAD")) !== work.branch)
    return { committed: false, pushed: false, problem: `the worktree is not on branch ${work.branch}` };
  const committed = await commitAll(place, `WIP: saved by gastown (${work.reason})`);
  const left = (await isDirty(place)) ? "a merge is half resolved" : null;
  if (!(await hasUnpushed(place, work))) return { committed, pushed: false, problem: left };
  try {
    await runGit(place, "push", "--quiet", "origin", `HEAD:refs/heads/${work.branch}`);
    return { committed, pushed: true, problem: left };
  } catch (error) {
    return { committed, pushed: false, problem: error instanceof Error ? error.message : String(error) };
  }
}
