import { rm, stat } from "node:fs/promises";
import { ScmError, type MergeOutcome } from "../forge.ts";
import { GitError, type Git } from "./git.ts";
import { findMergeOf, mergeTree, tipOf } from "./read-branches.ts";

export interface BranchMerge {
  readonly git: Git;
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly head: string;
  readonly base: string;
  readonly expectedHead: string;
  readonly message: string;
}

/**
 * Merges `expectedHead` into the base branch, if it still is the head, by one compare-and-set of the branch: when the base
 * moved meanwhile nothing has happened. A head that is merged already stays merged once.
 */
export async function mergeBranches(merge: BranchMerge): Promise<MergeOutcome> {
  const { git, cwd, signal, expectedHead } = merge;
  const [head, base] = await Promise.all([tipOf(merge, merge.head), tipOf(merge, merge.base)]);
  if (base === null) return { outcome: "refused", message: `branch ${merge.base} is gone` };
  const done = await findMergeOf(merge, expectedHead, base);
  if (done !== null) return { outcome: "merged", sha: done };
  if (head !== expectedHead) return { outcome: "head_moved" };
  const { tree } = await mergeTree(merge, base, head);
  if (tree === null) return { outcome: "refused", message: `it conflicts with ${merge.base}` };
  const commit = await git({ cwd, args: ["commit-tree", tree, "-p", base, "-p", head, "-m", merge.message], signal });
  const sha = commit.stdout.trim();
  return (await moveBranch(merge, sha, base)) ? { outcome: "merged", sha } : { outcome: "base_moved" };
}

/** True when the base branch was `from` and now is `to`; false when it was something else, or is being moved right now. */
async function moveBranch({ git, cwd, signal, base }: BranchMerge, to: string, from: string): Promise<boolean> {
  try {
    await git({ cwd, args: ["update-ref", "-m", "merge", `refs/heads/${base}`, to, from], signal });
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
