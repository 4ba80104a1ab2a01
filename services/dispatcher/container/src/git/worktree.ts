import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { unlockWorktree } from "./repository.ts";
import { rescueWork } from "./rescue-branch.ts";
import { runGit, tryGit, type GitPlace } from "./run-git.ts";
import { commitAll, hasConflicts, isDirty } from "./save-work.ts";
import { gitFolderOf, isHalfMade, isWorktree, markAsReview, worktreesOf } from "./worktree-list.ts";

/** Thrown when the branch is checked out by an agent that is still at work here. */
export class BranchInUseError extends Error {
  override readonly name = "BranchInUseError";
}

interface Worktree {
  /** The rig's bare clone, already up to date. */
  repository: string;
  path: string;
}
export interface BranchWorktree extends Worktree {
  branch: string;
  base: string;
  /** The branch is somebody's already: it is continued, never begun. */
  mustExist: boolean;
  /** Whether an agent works in the worktree at this path. */
  inUse: (path: string) => boolean;
}

function at(git: GitPlace, cwd: string): GitPlace {
  return { ...git, cwd };
}

async function revision(place: GitPlace, name: string): Promise<string | null> {
  return tryGit(place, "rev-parse", "--quiet", "--verify", `${name}^{commit}`);
}

/**
 * The worktree is on no branch afterwards. What was not committed is committed to the branch it had; what cannot be, because a
 * merge or a rebase is half done, is on the forge on a rescue branch.
 */
async function detach(place: GitPlace, branch: string): Promise<void> {
  await unlockWorktree(place, branch);
  const whole = (await tryGit(place, "symbolic-ref", "--short", "HEAD")) === branch && !(await hasConflicts(place));
  if (whole) await commitAll(place, "WIP: saved by gastown (handed over)");
  else {
    await rescueWork(place, branch);
    // It keeps the folder as it is, but forgets what was under way.
    await tryGit(place, "rebase", "--quit");
    await runGit(place, "reset", "--quiet", "--hard");
  }
  await runGit(place, "checkout", "--quiet", "--detach");
}

function remove(git: GitPlace, repository: string, path: string): Promise<string> {
  return runGit(at(git, repository), "worktree", "remove", "--force", "--force", path);
}

/** After it, no other worktree has the branch. */
async function freeBranch(git: GitPlace, want: BranchWorktree): Promise<void> {
  const trees = await worktreesOf(at(git, want.repository));
  const holder = trees.find(({ branch }) => branch === want.branch)?.path;
  if (holder === undefined || holder === want.path) return;
  if (want.inUse(holder)) throw new BranchInUseError(`Branch ${want.branch} is in use by another agent in ${holder}.`);
  if (await isHalfMade(at(git, holder))) await remove(git, want.repository, holder);
  else await detach(at(git, holder), want.branch);
}

/** The path is free afterwards. What lies there and is nobody's worktree is put aside, never deleted: it may be work. */
async function clearPath(git: GitPlace, want: Worktree): Promise<void> {
  if (await isWorktree(at(git, want.path))) await remove(git, want.repository, want.path);
  if (existsSync(want.path) && readdirSync(want.path).length > 0) {
    const aside = (n: number): string =>
      existsSync(`${want.path}.aside-${n}`) ? aside(n + 1) : `${want.path}.aside-${n}`;
    renameSync(want.path, aside(1));
  }
  rmSync(want.path, { recursive: true, force: true });
  mkdirSync(dirname(want.path), { recursive: true });
  // A worktree that was locked when its folder went is not pruned.
  await tryGit(at(git, want.repository), "worktree", "unlock", want.path);
  await runGit(at(git, want.repository), "worktree", "prune");
}

/** A worktree that can be used again: it is git's, and it was made to its end. */
async function isUsable(place: GitPlace): Promise<boolean> {
  return (await isWorktree(place)) && !(await isHalfMade(place));
}

async function addWorktree(git: GitPlace, want: BranchWorktree): Promise<void> {
  const place = at(git, want.repository);
  await clearPath(git, want);
  if ((await revision(place, `refs/heads/${want.branch}`)) !== null) {
    await runGit(place, "worktree", "add", "--quiet", want.path, want.branch);
    return;
  }
  const remote = `refs/remotes/origin/${want.branch}`;
  if (want.mustExist && (await revision(place, remote)) === null)
    throw new Error(`The forge has no branch ${want.branch} any more: there is nothing to repair.`);
  const start = (await revision(place, remote)) === null ? `refs/remotes/origin/${want.base}` : remote;
  if ((await revision(place, start)) === null)
    throw new Error(
      `The repository has no branch ${want.base}. Push one commit to it, or set the rig's default branch.`,
    );
  await runGit(place, "worktree", "add", "--quiet", "--no-track", "-b", want.branch, want.path, start);
}

/** The branch is neither here nor on the forge: the worktree's agent deleted it, or gave it another name. */
async function isTakenAway(place: GitPlace, branch: string): Promise<boolean> {
  const known = [`refs/heads/${branch}`, `refs/remotes/origin/${branch}`].map((name) => revision(place, name));
  return (await Promise.all(known)).every((found) => found === null);
}

/** What an agent left off its branch, in the middle of a rebase say, is on the forge before it goes. */
async function returnToBranch(git: GitPlace, want: BranchWorktree): Promise<void> {
  const place = at(git, want.path);
  const isBack = async () => (await tryGit(place, "symbolic-ref", "--short", "HEAD")) === want.branch;
  await unlockWorktree(place, want.branch);
  if (await isBack()) return;
  if (await isTakenAway(place, want.branch)) {
    await runGit(place, "checkout", "--quiet", "-b", want.branch);
    return;
  }
  if ((await revision(place, "HEAD")) !== (await revision(place, `refs/heads/${want.branch}`)))
    await rescueWork(place, want.branch);
  await tryGit(place, "rebase", "--abort");
  if (await isBack()) return;
  if ((await tryGit(place, "checkout", "--quiet", want.branch)) !== null) return;
  await rescueWork(place, want.branch);
  await runGit(place, "checkout", "--quiet", "--force", want.branch);
}

/**
 * The forge's branch is taken over when that is a fast-forward, or when what is here instead is on the forge already: it was
 * rescued while somebody else went on with the branch. Otherwise both stay, and whoever hands in merges them.
 */
async function takeOver(place: GitPlace, branch: string): Promise<void> {
  const remote = `refs/remotes/origin/${branch}`;
  if ((await revision(place, remote)) === null || (await isDirty(place))) return;
  if ((await tryGit(place, "merge", "--quiet", "--ff-only", remote)) !== null) return;
  const contained = await runGit(place, "for-each-ref", "--count=1", "--contains=HEAD", "refs/remotes/origin");
  const behind = (await runGit(place, "rev-list", "--count", `HEAD..${remote}`)) !== "0";
  if (contained !== "" && behind) await runGit(place, "reset", "--quiet", "--hard", remote);
}

/**
 * A worktree at `want.path` on `want.branch`. An existing one is used again as it stands, with whatever its last agent left.
 * A branch that exists here or on the forge is continued, any other starts from `origin/<base>`; commits that are only on the
 * forge are taken over when that is a fast-forward. The caller holds the rig's lock.
 */
export async function ensureBranchWorktree(git: GitPlace, want: BranchWorktree): Promise<void> {
  await runGit(at(git, want.repository), "worktree", "prune");
  await freeBranch(git, want);
  if (await isUsable(at(git, want.path))) await returnToBranch(git, want);
  else await addWorktree(git, want);
  await takeOver(at(git, want.path), want.branch);
}

/** A worktree at `want.path` that shows exactly the commit under review, on no branch. The caller holds the rig's lock. */
export async function ensureReviewWorktree(git: GitPlace, want: Worktree & { head: string }): Promise<void> {
  const place = at(git, want.repository);
  await runGit(place, "worktree", "prune");
  if ((await revision(place, want.head)) === null)
    throw new Error(
      `Commit ${want.head} is not in the repository any more. The branch was pushed anew: review its new head.`,
    );
  if (await isUsable(at(git, want.path))) {
    await unlockWorktree(at(git, want.path));
    await runGit(at(git, want.path), "checkout", "--quiet", "--force", "--detach", want.head);
    await runGit(at(git, want.path), "clean", "--quiet", "-fd");
    return;
  }
  await clearPath(git, want);
  await runGit(place, "worktree", "add", "--quiet", "--detach", want.path, want.head);
  markAsReview(await gitFolderOf(at(git, want.path)));
}

/** Whether nothing of the worktree is lost with it. */
async function isFinished(place: GitPlace): Promise<boolean> {
  if (await isHalfMade(place)) return true;
  if (await isDirty(place)) return false;
  const pushed = await tryGit(place, "branch", "--remotes", "--contains", "HEAD");
  return pushed !== null && pushed !== "";
}

/** Removes the other worktrees beside `keep` whose work is all on the forge: an agent works on one bead at a time. */
export async function removeFinishedWorktrees(git: GitPlace, repository: string, keep: string): Promise<void> {
  for (const entry of readdirSync(dirname(keep))) {
    const path = join(dirname(keep), entry);
    if (path === keep || !(await isWorktree(at(git, path)))) continue;
    if (await isFinished(at(git, path))) await remove(git, repository, path);
  }
}
