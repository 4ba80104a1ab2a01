import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runGit, tryGit, type GitPlace } from "./run-git.ts";

/** One worktree of a clone, as git knows it. */
export interface ListedWorktree {
  path: string;
  /** The branch it has, also in the middle of a rebase; null when it is on none. */
  branch: string | null;
}

/** Git's own notes about a worktree. */
export async function gitFolderOf(place: GitPlace): Promise<string> {
  return runGit(place, "rev-parse", "--absolute-git-dir");
}

/** Whether this is a worktree of git's at all. */
export async function isWorktree(place: GitPlace): Promise<boolean> {
  return existsSync(join(place.cwd, ".git")) && (await tryGit(place, "rev-parse", "--show-toplevel")) !== null;
}

/**
 * Whether git was killed while it made this worktree: it is locked with git's own reason until its files are all there. Nobody has
 * worked in it, and what is missing would look like deleted. One that an agent locked says something else, or nothing.
 */
export async function isHalfMade(place: GitPlace): Promise<boolean> {
  const folder = await gitFolderOf(place);
  const lock = join(folder, "locked");
  if (!existsSync(lock)) return false;
  const reason = readFileSync(lock, "utf8").trim();
  // Killed before it wrote the reason, it has not written an index either.
  return reason === "initializing" || (reason === "" && !existsSync(join(folder, "index")));
}

const reviewMark = "gastown-review";

/** The worktree with this git folder is one for reading: what lies in it is no work. */
export function markAsReview(gitFolder: string): void {
  writeFileSync(join(gitFolder, reviewMark), "");
}

/** Whether the worktree was made for a review. */
export async function isReview(place: GitPlace): Promise<boolean> {
  return existsSync(join(await gitFolderOf(place), reviewMark));
}

/** A branch that is being rebased is on no worktree as git lists them, yet in use. */
async function rebasedBranch(place: GitPlace): Promise<string | null> {
  const folder = await gitFolderOf(place);
  for (const kind of ["rebase-merge", "rebase-apply"]) {
    const file = join(folder, kind, "head-name");
    if (existsSync(file)) return readFileSync(file, "utf8").trim().replace("refs/heads/", "");
  }
  return null;
}

/** The worktrees of a clone whose folders are there. */
export async function worktreesOf(clone: GitPlace): Promise<ListedWorktree[]> {
  const list = await runGit(clone, "worktree", "list", "--porcelain");
  const found: ListedWorktree[] = [];
  for (const entry of list.split("\n\n")) {
    const path = /^worktree (.+)$/m.exec(entry)?.[1];
    const place = { ...clone, cwd: path ?? "" };
    if (path === undefined || /^bare$/m.test(entry) || !(await isWorktree(place))) continue;
    const branch = /^branch refs\/heads\/(.+)$/m.exec(entry)?.[1] ?? (await rebasedBranch(place));
    found.push({ path, branch });
  }
  return found;
}
