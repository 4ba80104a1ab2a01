import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { unlockWorktree } from "./repository.ts";
import { runGit, tryGit, type GitPlace } from "./run-git.ts";
import { commitAll, isDirty } from "./save-work.ts";

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

async function isWorktree(git: GitPlace, path: string): Promise<boolean> {
  if (!existsSync(join(path, ".git"))) return false;
  return (await tryGit(at(git, path), "rev-parse", "--show-toplevel")) !== null;
}

async function revision(place: GitPlace, name: string): Promise<string | null> {
  return tryGit(place, "rev-parse", "--quiet", "--verify", `${name}^{commit}`);
}

/** The path of the worktree that has the branch checked out, or null. */
async function holderOf(place: GitPlace, branch: string): Promise<string | null> {
  const list = await runGit(place, "worktree", "list", "--porcelain");
  const holder = list.split("\n\n").find((entry) => entry.split("\n").includes(`branch refs/heads/${branch}`));
  return holder?.match(/^worktree (.+)$/m)?.[1] ?? null;
}

/** After it, no other worktree has the branch; what was not committed there is committed to the branch first. */
async function freeBranch(git: GitPlace, want: BranchWorktree): Promise<void> {
  const holder = await holderOf(at(git, want.repository), want.branch);
  if (holder === null || holder === want.path) return;
  if (want.inUse(holder)) throw new BranchInUseError(`Branch ${want.branch} is in use by another agent in ${holder}.`);
  await unlockWorktree(at(git, holder), want.branch);
  await commitAll(at(git, holder), "WIP: saved by gastown (handed over)");
  await runGit(at(git, holder), "checkout", "--quiet", "--detach");
}

async function addWorktree(git: GitPlace, want: BranchWorktree): Promise<void> {
  const place = at(git, want.repository);
  rmSync(want.path, { recursive: true, force: true });
  mkdirSync(dirname(want.path), { recursive: true });
  await runGit(place, "worktree", "prune");
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

async function returnToBranch(git: GitPlace, want: BranchWorktree): Promise<void> {
  const place = at(git, want.path);
  await unlockWorktree(place, want.branch);
  if ((await tryGit(place, "symbolic-ref", "--short", "HEAD")) === want.branch) return;
  // An agent that ended in the middle of a rebase leaves HEAD off its branch.
  await tryGit(place, "rebase", "--abort");
  if ((await tryGit(place, "symbolic-ref", "--short", "HEAD")) !== want.branch)
    await runGit(place, "checkout", "--quiet", want.branch);
}

/**
 * A worktree at `want.path` on `want.branch`. An existing one is used again as it stands, with whatever its last agent left.
 * A branch that exists here or on the forge is continued, any other starts from `origin/<base>`; commits that are only on the
 * forge are taken over when that is a fast-forward. The caller holds the rig's lock.
 */
export async function ensureBranchWorktree(git: GitPlace, want: BranchWorktree): Promise<void> {
  await runGit(at(git, want.repository), "worktree", "prune");
  await freeBranch(git, want);
  if (await isWorktree(git, want.path)) await returnToBranch(git, want);
  else await addWorktree(git, want);
  const place = at(git, want.path);
  if ((await revision(place, `refs/remotes/origin/${want.branch}`)) === null || (await isDirty(place))) return;
  await tryGit(place, "merge", "--quiet", "--ff-only", `refs/remotes/origin/${want.branch}`);
}

/** A worktree at `want.path` that shows exactly the commit under review, on no branch. The caller holds the rig's lock. */
export async function ensureReviewWorktree(git: GitPlace, want: Worktree & { head: string }): Promise<void> {
  const place = at(git, want.repository);
  await runGit(place, "worktree", "prune");
  if ((await revision(place, want.head)) === null)
    throw new Error(
      `Commit ${want.head} is not in the repository any more. The branch was pushed anew: review its new head.`,
    );
  if (await isWorktree(git, want.path)) {
    await unlockWorktree(at(git, want.path));
    await runGit(at(git, want.path), "checkout", "--quiet", "--force", "--detach", want.head);
    await runGit(at(git, want.path), "clean", "--quiet", "-fd");
    return;
  }
  rmSync(want.path, { recursive: true, force: true });
  mkdirSync(dirname(want.path), { recursive: true });
  await runGit(place, "worktree", "prune");
  await runGit(place, "worktree", "add", "--quiet", "--detach", want.path, want.head);
}

/** Removes the other worktrees beside `keep` whose work is all on the forge: an agent works on one bead at a time. */
export async function removeFinishedWorktrees(git: GitPlace, repository: string, keep: string): Promise<void> {
  for (const entry of readdirSync(dirname(keep))) {
    const path = join(dirname(keep), entry);
    if (path === keep || !(await isWorktree(git, path)) || (await isDirty(at(git, path)))) continue;
    const pushed = await tryGit(at(git, path), "branch", "--remotes", "--contains", "HEAD");
    if (pushed !== null && pushed !== "") await runGit(at(git, repository), "worktree", "remove", "--force", path);
  }
}
