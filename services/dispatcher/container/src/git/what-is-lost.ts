import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { leftOut } from "./left-out.ts";
import { asRecovered } from "./recover-work.ts";
import { isOnForge, snapshotWork } from "./rescue-branch.ts";
import { runGit, seenRefs, tryGit, type GitPlace } from "./run-git.ts";
import { isDirty } from "./save-work.ts";
import { gitFolderOf, isHalfMade, isReview, worktreesOf, type ListedWorktree } from "./worktree-list.ts";

/** Where somebody has worked: clones, and the folder of the worktrees that hang on them. None of it needs to be there. */
export interface LeftPlaces {
  readonly clones: readonly string[];
  readonly worktrees: string;
}

const onForge = ["--glob=refs/remotes/origin", `--glob=${seenRefs}`];
/** What the clone was told by remotes, and not what is its own. */
const heard = ["--exclude=refs/remotes/*", `--exclude=${seenRefs}/*`];

/** A commit that a branch, a tag, a stash or a note of the clone names, and the forge, as last fetched, never had. */
async function unpushedIn(clone: GitPlace): Promise<string | null> {
  // A worktree's own HEAD is looked at with the worktree.
  const own = ["--single-worktree", ...heard, "--all"];
  const commit = await runGit(clone, "rev-list", "--max-count=1", ...own, "--not", ...onForge);
  return commit === "" ? null : `commit ${commit} of ${clone.cwd} is not on the forge`;
}

/** What is not committed, but for what git passes over (`ignoredNames`): that goes with its worktree. */
async function uncommittedIn(place: GitPlace): Promise<string | null> {
  if (!(await isDirty(place))) return null;
  const [file] = await leftOut(place);
  if (file !== undefined) return `${join(place.cwd, file)} is nothing that is committed by itself`;
  // What lies in a repository of its own is in no commit of this one.
  return existsSync(join(await gitFolderOf(place), "modules")) ? `${place.cwd} has submodules, and changes` : null;
}

async function lostWithTree(place: GitPlace, tree: ListedWorktree): Promise<string | null> {
  if ((await isHalfMade(place)) || (await isReview(place))) return null;
  const uncommitted = await uncommittedIn(place);
  if (uncommitted !== null) return uncommitted;
  // A rebase that was rescued is still under way here: what it came to has to be on the forge, not what it began with.
  const head = await snapshotWork(place, asRecovered(tree));
  return (await isOnForge(place, head)) ? null : `what stands in ${place.cwd} is not on the forge`;
}

/** What lies among the worktrees and belongs to none: it was put aside once, or was never git's. */
function strangersIn(worktrees: string, known: ReadonlySet<string>): string[] {
  if (!existsSync(worktrees)) return [];
  return readdirSync(worktrees, { withFileTypes: true }).flatMap((entry) => {
    const path = join(worktrees, entry.name);
    if (known.has(path) || (entry.isDirectory() && readdirSync(path).length === 0)) return [];
    return [`${path} is no worktree of its clones`];
  });
}

/**
 * What would be lost with these places, one reason for each, empty when all work in them is on the forge as last fetched: every commit
 * that anything of the clones names, and what stands in the worktrees. Nothing is pushed and nothing changed (`recoverWork` does that).
 * Not work are worktrees of reviews, those that were never made to their end, and files that git passes over. Throws when git fails:
 * then nobody knows.
 */
export async function whatIsLost(git: GitPlace, { clones, worktrees }: LeftPlaces): Promise<string[]> {
  const known = new Set<string>();
  const lost: (string | null)[] = [];
  for (const path of clones) {
    const clone = { ...git, cwd: path };
    // Git would look for another one in the folders above it.
    if ((await tryGit(clone, `--git-dir=${path}`, "rev-parse", "--git-dir")) === null) {
      if (readdirSync(path).length > 0) lost.push(`${path} is no repository`);
      continue;
    }
    lost.push(await unpushedIn(clone));
    for (const tree of await worktreesOf(clone)) {
      known.add(tree.path);
      lost.push(await lostWithTree({ ...git, cwd: tree.path }, tree));
    }
  }
  return [...lost, ...strangersIn(worktrees, known)].filter((why) => why !== null);
}
