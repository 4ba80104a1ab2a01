import { stageWork } from "./left-out.ts";
import { unlockWorktree } from "./repository.ts";
import { isOnForge, pushRescue, rescueWork } from "./rescue-branch.ts";
import { GitError, runGit, tryGit, type GitPlace } from "./run-git.ts";

/** Whether there is anything in the worktree that is not committed, new files included. */
export async function isDirty(place: GitPlace): Promise<boolean> {
  return (await runGit(place, "status", "--porcelain", "--untracked-files=normal")) !== "";
}

/** Whether a merge, or what is like one, waits for somebody to resolve its conflicts: a commit would hide them. */
export async function hasConflicts(place: GitPlace): Promise<boolean> {
  return (await runGit(place, "ls-files", "--unmerged")) !== "";
}

/**
 * Commits all changes of the worktree but for what is no work (`stageWork`); false when there is nothing to commit, or when a
 * merge is half resolved.
 */
export async function commitAll(place: GitPlace, message: string): Promise<boolean> {
  if (!(await isDirty(place)) || (await hasConflicts(place))) return false;
  await stageWork(place);
  if ((await tryGit(place, "diff", "--cached", "--quiet")) !== null) return false;
  await runGit(place, "commit", "--quiet", "--no-verify", "-m", message);
  return true;
}

/** What became of a worktree's work when its agent ended. */
export interface SavedWork {
  committed: boolean;
  pushed: boolean;
  /** The branch that has what could not go to the agent's own: that one moved on, or the worktree is in the middle of something. */
  rescue: string | null;
  /** Why something stays in the worktree only; null when all is on the forge. */
  problem: string | null;
}

interface Work {
  branch: string;
  base: string;
  reason: string;
}

/** Whether the branch has commits that the forge, as last fetched, does not have. */
async function hasUnpushed(place: GitPlace, { branch, base }: Work): Promise<boolean> {
  const remote = `refs/remotes/origin/${branch}`;
  const isThere = async (ref: string) => (await tryGit(place, "rev-parse", "--quiet", "--verify", ref)) !== null;
  if (!(await isThere(`refs/heads/${branch}`))) return false;
  const known = await isThere(remote);
  const since = known ? remote : `refs/remotes/origin/${base}`;
  return (await runGit(place, "rev-list", "--count", `${since}..refs/heads/${branch}`)) !== "0";
}

/** The branch is on the forge, or its commits are on a rescue branch when the forge refuses them there; answers which was pushed. */
async function pushBranch(place: GitPlace, work: Work): Promise<{ pushed: boolean; rescue: string | null }> {
  if (!(await hasUnpushed(place, work))) return { pushed: false, rescue: null };
  const own = `refs/heads/${work.branch}`;
  try {
    await runGit(place, "push", "--quiet", "origin", `${own}:${own}`);
    return { pushed: true, rescue: null };
  } catch (error) {
    if (!(error instanceof GitError) || error.exitCode === null) throw error;
    const head = await runGit(place, "rev-parse", own);
    if (await isOnForge(place, head)) return { pushed: false, rescue: null };
    const left = { from: place.cwd, branch: work.branch, head, why: "moved_on" } as const;
    return { pushed: false, rescue: await pushRescue(place, left) };
  }
}

/**
 * Commits what lies in the worktree as `WIP: saved by gastown (<reason>)` and pushes the branch, so that whoever works on the bead
 * next finds it. To be called when its agent has ended. A branch with no work on it is not pushed. Never forces: what the forge
 * refuses, and what is on no branch or half merged, goes to a rescue branch; what cannot go there either is told as `problem`.
 */
export async function saveWork(place: GitPlace, work: Work): Promise<SavedWork> {
  await unlockWorktree(place, work.branch);
  const on = await tryGit(place, "symbolic-ref", "--short", "HEAD");
  const whole = on === work.branch && !(await hasConflicts(place));
  const committed = whole && (await commitAll(place, `WIP: saved by gastown (${work.reason})`));
  try {
    const aside = whole ? null : await rescueWork(place, work.branch);
    const { pushed, rescue } = await pushBranch(place, work);
    return { committed, pushed, rescue: aside ?? rescue, problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { committed, pushed: false, rescue: null, problem };
  }
}
