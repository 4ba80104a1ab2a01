import type { Logger } from "@gastown/telemetry";
import { unlockWorktree } from "./repository.ts";
import { isOnForge, pushRescue, rescueWork } from "./rescue-branch.ts";
import { GitError, runGit, tryGit, type GitPlace } from "./run-git.ts";
import { commitAll, hasConflicts } from "./save-work.ts";
import { isHalfMade, isReview, worktreesOf, type ListedWorktree } from "./worktree-list.ts";

interface RecoveryOptions {
  /** Whether an agent works in the worktree at this path, or is about to. */
  inUse: (path: string) => boolean;
  logger: Logger;
}

interface Clone {
  /** Works in the rig's clone, as an agent of the rig. */
  git: GitPlace;
  inUse: (path: string) => boolean;
}

/** Only these are ours: a push to any other could be a push to somebody's own branch, or to the one that everybody builds on. */
const ownBranch = /^(?:gt|convoy)\//;

async function isAncestor(place: GitPlace, older: string, newer: string): Promise<boolean> {
  return (await tryGit(place, "merge-base", "--is-ancestor", older, newer)) !== null;
}

/** What lies in the worktree of a dead agent is a commit of its branch afterwards, or on the forge. */
async function commitLeftWork(place: GitPlace, { branch, path }: ListedWorktree): Promise<string | null> {
  if ((await isHalfMade(place)) || (await isReview(place))) return null;
  await unlockWorktree(place, branch ?? undefined);
  const whole = (await tryGit(place, "symbolic-ref", "--short", "HEAD")) === branch && !(await hasConflicts(place));
  if (!whole) return rescueWork(place, branch ?? path.split("/").slice(-2).join("/"));
  await commitAll(place, "WIP: saved by gastown (recovered)");
  return null;
}

/** The branch is on the forge: as itself when that goes without force, else as a rescue branch; null when it was there before. */
async function pushLeftBranch(git: GitPlace, branch: string): Promise<string | null> {
  const commit = await runGit(git, "rev-parse", `refs/heads/${branch}`);
  if (await isOnForge(git, commit)) return null;
  const remote = `refs/remotes/origin/${branch}`;
  const isNew = (await tryGit(git, "rev-parse", "--quiet", "--verify", remote)) === null;
  if (ownBranch.test(branch) && (isNew || (await isAncestor(git, remote, commit)))) {
    try {
      await runGit(git, "push", "--quiet", "origin", `${commit}:refs/heads/${branch}`);
      return branch;
    } catch (error) {
      // It moved since it was fetched.
      if (!(error instanceof GitError) || error.exitCode === null) throw error;
    }
  }
  return pushRescue(git, { commit, branch });
}

/** Brings all work of a clone that is on no branch of the forge there; answers where it is now. Throws when some of it could not be. */
async function recover({ git, inUse }: Clone): Promise<string[]> {
  const trees = await worktreesOf(git);
  const busy = new Set(trees.filter(({ path }) => inUse(path)).map(({ branch }) => branch));
  const branches = (await runGit(git, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads")).split("\n");
  const steps = [
    ...trees.filter(({ path }) => !inUse(path)).map((tree) => () => commitLeftWork({ ...git, cwd: tree.path }, tree)),
    ...branches
      .filter((branch) => branch !== "" && !busy.has(branch))
      .map((branch) => () => pushLeftBranch(git, branch)),
  ];
  const [pushed, problems]: [string[], unknown[]] = [[], []];
  for (const step of steps) {
    try {
      const where = await step();
      if (where !== null) pushed.push(where);
    } catch (error) {
      git.signal.throwIfAborted();
      problems.push(error);
    }
  }
  if (problems.length > 0) throw new AggregateError(problems, `not recovered: ${problems.map(String).join("; ")}`);
  return pushed;
}

/**
 * Answers a function that brings to the forge what agents of containers that are gone have left in a rig's clone: commits that were
 * never pushed, and what was not committed. Once for each clone, at the first start in it, when nobody of this container has
 * worked there yet; what fails is told and tried again at the next. It never throws for that: the work stays where it is. The
 * caller holds the rig's lock, and the clone is up to date.
 */
export function createRecovery({
  inUse,
  logger,
}: RecoveryOptions): (git: GitPlace, repository: string) => Promise<void> {
  const done = new Set<string>();
  return async (git, repository) => {
    if (done.has(repository)) return;
    try {
      const pushed = await recover({ git: { ...git, cwd: repository }, inUse });
      done.add(repository);
      if (pushed.length > 0) logger.warn({ repository, pushed }, "work of agents that are gone was recovered");
    } catch (error) {
      git.signal.throwIfAborted();
      logger.error({ repository, error }, "work of agents that are gone could not be recovered");
    }
  };
}
