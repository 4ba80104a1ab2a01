import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { GitError, runGit, seenRefs, tryGit, type GitPlace } from "./run-git.ts";

/** A bare clone of a rig's repository. */
export interface Repository {
  path: string;
  url: string;
  /** What `origin/HEAD` names. */
  defaultBranch: string;
}

/** What a git process that was killed may leave behind; with it there, every later command refuses to work. */
function removeLocks(gitFolder: string, options: { recursive: boolean }): void {
  for (const entry of readdirSync(gitFolder, { withFileTypes: true, recursive: options.recursive })) {
    if (entry.isFile() && entry.name.endsWith(".lock")) rmSync(join(entry.parentPath, entry.name), { force: true });
  }
}

/** Git holds its locks for moments; one as old as this was left by a process that was killed. */
const staleLockMs = 10_000;
const lockTries = 6;
const lockWaitMs = 2_500;

function removeStaleLock({ stderr }: GitError): boolean {
  const lock = /'([^']+\.lock)'/.exec(stderr)?.[1];
  const since = lock === undefined ? undefined : statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (lock === undefined || since === undefined || Date.now() - since <= staleLockMs) return false;
  rmSync(lock, { force: true });
  return true;
}

/** Fetches; somebody else may hold a lock at the same moment, or may have been killed while they did. */
async function fetchFrom(place: GitPlace, ...from: string[]): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await runGit(place, "fetch", "--quiet", "--prune", ...from);
      return;
    } catch (error) {
      if (!(error instanceof GitError) || !error.stderr.includes(".lock'") || tried >= lockTries) throw error;
      if (!removeStaleLock(error)) await wait(lockWaitMs, undefined, { signal: place.signal });
    }
  }
}

/** Takes away what a killed process of the worktree's last agent may have left locked. To be called when none is alive. */
export async function unlockWorktree(place: GitPlace, branch?: string): Promise<void> {
  removeLocks(await runGit(place, "rev-parse", "--absolute-git-dir"), { recursive: false });
  if (branch === undefined) return;
  const common = await runGit(place, "rev-parse", "--path-format=absolute", "--git-common-dir");
  rmSync(join(common, "refs", "heads", `${branch}.lock`), { force: true });
}

/** The repository exists, with its remote; what the forge had when it was last fetched stays known as seen. */
async function makeRepository(place: GitPlace, { url }: Repository): Promise<void> {
  // HEAD of a bare repository must name a branch, and none that a worktree could want.
  await runGit(place, "init", "--quiet", "--bare", "--initial-branch=gastown-none");
  await runGit(place, "config", "remote.origin.url", url);
  await runGit(place, "config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
  // A branch that the forge deletes, because it is merged say, has been there: what it had is not work that only this clone has.
  await tryGit(place, "fetch", "--quiet", "--no-tags", ".", `+refs/remotes/origin/*:${seenRefs}/*`);
}

function setDefault(place: GitPlace, { defaultBranch }: Repository): Promise<string> {
  return runGit(place, "symbolic-ref", "refs/remotes/origin/HEAD", `refs/remotes/origin/${defaultBranch}`);
}

/**
 * The clone exists and knows the forge's branches as they are now. A clone that was cut off in the middle is completed: it is
 * an empty repository with a remote, and cloning is fetching. The caller holds the rig's lock.
 */
export async function updateRepository(git: GitPlace, repository: Repository): Promise<void> {
  mkdirSync(repository.path, { recursive: true });
  const place = { ...git, cwd: repository.path };
  await makeRepository(place, repository);
  await fetchFrom(place, "origin");
  await setDefault(place, repository);
}

/**
 * An agent's own clone exists and knows the forge's branches as the rig's store does. What the store has is not copied: it is read there.
 * The caller holds the rig's lock, and the store is up to date.
 */
export async function updateClone(git: GitPlace, clone: Repository & { store: string }): Promise<void> {
  mkdirSync(clone.path, { recursive: true });
  const place = { ...git, cwd: clone.path };
  await makeRepository(place, clone);
  writeFileSync(join(clone.path, "objects", "info", "alternates"), `${join(clone.store, "objects")}\n`);
  await fetchFrom(place, clone.store, "+refs/remotes/origin/*:refs/remotes/origin/*", "^refs/remotes/origin/HEAD");
  await setDefault(place, clone);
}

/** No lock of a git process that was killed is left in the clone. To be called when nobody works there. */
export function unlockRepository(path: string): void {
  if (!existsSync(path)) return;
  removeLocks(path, { recursive: false });
  for (const inner of ["refs", "worktrees"].map((name) => join(path, name)))
    if (existsSync(inner)) removeLocks(inner, { recursive: true });
}
