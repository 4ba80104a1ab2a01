import { unlockWorktree } from "./repository.ts";
import { isOnForge, pushRescue, rescueWork, tellNoted } from "./rescue-branch.ts";
import { notedRescues } from "./rescue-notes.ts";
import { GitError, runGit, tryGit, type GitPlace } from "./run-git.ts";
import { commitAll, hasConflicts } from "./save-work.ts";
import { isHalfMade, isReview, worktreesOf, type ListedWorktree } from "./worktree-list.ts";

/** Only these are ours: a push to any other could be a push to somebody's own branch, or to the one that everybody builds on. */
const ownBranch = /^(?:gt|convoy)\//;

async function isAncestor(place: GitPlace, older: string, newer: string): Promise<boolean> {
  return (await tryGit(place, "merge-base", "--is-ancestor", older, newer)) !== null;
}

/** For which branch the work in a worktree is recovered, also when it is on none. */
export function asRecovered({ branch, path }: ListedWorktree): string {
  return branch ?? path.split("/").slice(-2).join("/");
}

/** What lies in the worktree of a dead agent is a commit of its branch afterwards, or on the forge. */
async function commitLeftWork(place: GitPlace, tree: ListedWorktree): Promise<string | null> {
  const { branch } = tree;
  if ((await isHalfMade(place)) || (await isReview(place))) return null;
  await unlockWorktree(place, branch ?? undefined);
  const isOn = branch !== null && (await tryGit(place, "symbolic-ref", "--short", "HEAD")) === branch;
  if (!isOn || (await hasConflicts(place))) return rescueWork(place, asRecovered(tree));
  await commitAll(place, "WIP: saved by gastown (recovered)");
  return null;
}

/**
 * The branch is on the forge: as itself when that goes without force, else as a rescue branch; null when it was there before.
 * `from`: the worktree that has it.
 */
async function pushLeftBranch(
  git: GitPlace,
  { branch, from }: { branch: string; from: string | null },
): Promise<string | null> {
  const head = await runGit(git, "rev-parse", `refs/heads/${branch}`);
  if (await isOnForge(git, head)) return null;
  const remote = `refs/remotes/origin/${branch}`;
  const isNew = (await tryGit(git, "rev-parse", "--quiet", "--verify", remote)) === null;
  const isOwn = ownBranch.test(branch);
  if (isOwn && (isNew || (await isAncestor(git, remote, head)))) {
    try {
      await runGit(git, "push", "--quiet", "origin", `${head}:refs/heads/${branch}`);
      git.rescued?.({ from, branch, pushedTo: branch, head, why: "recovered" });
      return branch;
    } catch (error) {
      // It moved since it was fetched.
      if (!(error instanceof GitError) || error.exitCode === null) throw error;
    }
  }
  return pushRescue(git, { from, branch, head, why: isOwn ? "moved_on" : "foreign_branch" });
}

/** What became of the work that lay in a clone. */
export interface Recovered {
  /** The branches of the forge that have it now. */
  pushed: string[];
  /** Why some of it is in the clone only; null when all is on the forge. */
  problem: string | null;
}

/**
 * Brings to the forge what agents that are gone have left in a clone: commits that were never pushed, and what was not committed. What
 * fails stays where it is and is told. Throws when the signal aborts. The caller holds the rig's lock, and the clone is up to date.
 */
export async function recoverWork(git: GitPlace, inUse: (path: string) => boolean): Promise<Recovered> {
  const trees = await worktreesOf(git);
  const busy = new Set(trees.filter(({ path }) => inUse(path)).map(({ branch }) => branch));
  const branches = (await runGit(git, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads")).split("\n");
  const noted = await notedRescues(git);
  const treeOf = (branch: string): string | null => trees.find((tree) => tree.branch === branch)?.path ?? null;
  const steps = [
    ...trees.filter(({ path }) => !inUse(path)).map((tree) => () => commitLeftWork({ ...git, cwd: tree.path }, tree)),
    ...branches
      .filter((branch) => branch !== "" && !busy.has(branch))
      .map((branch) => () => pushLeftBranch(git, { branch, from: treeOf(branch) })),
    ...noted.map((left) => () => tellNoted(git, { ...left, from: treeOf(left.branch) })),
  ];
  const [pushed, problems]: [string[], string[]] = [[], []];
  for (const step of steps) {
    try {
      const where = await step();
      if (typeof where === "string") pushed.push(where);
    } catch (error) {
      git.signal.throwIfAborted();
      problems.push(String(error));
    }
  }
  return { pushed, problem: problems.length === 0 ? null : problems.join("; ") };
}
