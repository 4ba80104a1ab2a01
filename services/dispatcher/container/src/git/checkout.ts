import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { GitError, runGit, tryGit, type GitPlace } from "./run-git.ts";

/** A copy of a rig's code that is only read. */
export interface WantedCheckout {
  path: string;
  /** The rig's bare clone, already up to date; it may belong to somebody else. */
  store: string;
  branch: string;
}

/** The commit that a checkout shows. */
export interface ShownCommit {
  head: string;
  committedAt: string;
  subject: string;
}

/** Git that reads the store although it is another user's. Which are read is told by no agent: the agent's own configuration is not asked. */
async function readerOf(git: GitPlace, { store }: WantedCheckout): Promise<GitPlace> {
  const folder = join(git.cwd, ".gastown");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "checkout.gitconfig");
  await runGit(git, "config", "--file", file, "--replace-all", "safe.directory", store);
  return { ...git, env: { ...git.env, GIT_CONFIG_GLOBAL: file } };
}

async function show(git: GitPlace, { path, store, branch }: WantedCheckout): Promise<void> {
  const ref = `refs/remotes/origin/${branch}`;
  mkdirSync(path, { recursive: true });
  const place = { ...git, cwd: path };
  await runGit(place, "init", "--quiet", "--initial-branch=gastown-none");
  await runGit(place, "fetch", "--quiet", store, `+${ref}:${ref}`);
  await runGit(place, "checkout", "--quiet", "--force", "--detach", ref);
  await runGit(place, "clean", "--quiet", "-ffd");
}

/**
 * The folder shows the branch as the store has it. What was changed there is gone, and a folder that git cannot work in is made anew:
 * nothing in it is anybody's work. It has all its objects itself, so that who reads it needs no access to the store, and no remote, so that
 * nothing is pushed from it. `git` works in a home. Throws when the store has no such branch; then the folder stays as it was.
 */
export async function updateCheckout(git: GitPlace, want: WantedCheckout): Promise<ShownCommit> {
  const reader = await readerOf(git, want);
  const ref = `refs/remotes/origin/${want.branch}`;
  if ((await tryGit(reader, `--git-dir=${want.store}`, "rev-parse", "--quiet", "--verify", ref)) === null)
    throw new Error(`The repository has no branch ${want.branch}.`);
  try {
    await show(reader, want);
  } catch (error) {
    if (!(error instanceof GitError) || error.exitCode === null) throw error;
    rmSync(want.path, { recursive: true, force: true });
    await show(reader, want);
  }
  const told = await runGit({ ...reader, cwd: want.path }, "log", "-1", "--format=%H%n%cI%n%s");
  const [head = "", committedAt = "", subject = ""] = told.split("\n");
  return { head, committedAt, subject };
}
