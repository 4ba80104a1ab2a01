import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { GitError, runGit, type GitPlace } from "./run-git.ts";

/** A rig's bare clone; all worktrees of the rig's agents hang on it. */
export interface Repository {
  path: string;
  url: string;
  /** The branch work is merged into. */
  base: string;
}

/** What a git process that was killed may leave behind; with it there, every later command refuses to work. */
export function removeLocks(gitFolder: string, options: { recursive: boolean }): void {
  for (const entry of readdirSync(gitFolder, { withFileTypes: true, recursive: options.recursive })) {
    if (entry.isFile() && entry.name.endsWith(".lock")) rmSync(join(entry.parentPath, entry.name), { force: true });
  }
}

async function fetchOrigin(place: GitPlace): Promise<void> {
  try {
    await runGit(place, "fetch", "--quiet", "--prune", "origin");
  } catch (error) {
    // An agent of the same rig may fetch at the same moment and hold a ref's lock: that passes.
    if (!(error instanceof GitError) || !error.stderr.includes("lock")) throw error;
    await runGit(place, "fetch", "--quiet", "--prune", "origin");
  }
}

/**
 * The clone exists and knows the forge's branches as they are now. A clone that was cut off in the middle is completed: it is
 * an empty repository with a remote, and cloning is fetching. The caller holds the rig's lock.
 */
export async function updateRepository(git: GitPlace, repository: Repository): Promise<void> {
  mkdirSync(repository.path, { recursive: true });
  const place = { ...git, cwd: repository.path };
  // HEAD of a bare repository must name a branch, and none that a worktree could want.
  await runGit(place, "init", "--quiet", "--bare", "--initial-branch=gastown-none");
  await runGit(place, "config", "remote.origin.url", repository.url);
  await runGit(place, "config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
  await fetchOrigin(place);
  await runGit(place, "symbolic-ref", "refs/remotes/origin/HEAD", `refs/remotes/origin/${repository.base}`);
}
