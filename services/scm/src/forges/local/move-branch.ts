import { rm, stat } from "node:fs/promises";
import { ScmError } from "../forge.ts";
import { GitError } from "./git.ts";
import type { GitPlace } from "./read-branches.ts";

interface Move {
  readonly branch: string;
  /** Null: there is no such branch. */
  readonly from: string | null;
  readonly to: string;
  /** For git's log of the branch. */
  readonly why: string;
}

/**
 * One compare-and-set of a branch. True when it was `from` and now is `to`; false when it was something else, or is being moved
 * right now.
 */
export async function moveBranch({ git, cwd, signal }: GitPlace, { branch, from, to, why }: Move): Promise<boolean> {
  // All zeros: there is none (git-update-ref).
  const old = from ?? "0".repeat(to.length);
  try {
    await git({ cwd, args: ["update-ref", "-m", why, `refs/heads/${branch}`, to, old], signal });
    return true;
  } catch (error) {
    if (!(error instanceof GitError) || !error.stderr.includes("cannot lock ref"))
      throw new ScmError("unknown_outcome", "git did not say whether the branch was moved", { cause: error });
    await removeStaleLock(error.stderr);
    return false;
  }
}

/** git holds a ref's lock for an instant; one this old was left by a machine that went down. */
const staleLockMs = 60_000;

async function removeStaleLock(stderr: string): Promise<void> {
  const [, lock] = /Unable to create '(.+\.lock)': File exists/.exec(stderr) ?? [];
  if (lock === undefined) return;
  const { mtimeMs } = await stat(lock);
  if (Date.now() - mtimeMs > staleLockMs) await rm(lock, { force: true });
}
