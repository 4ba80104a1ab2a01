import type { MergeOutcome } from "../forge.ts";
import type { Git } from "./git.ts";
import { moveBranch } from "./move-branch.ts";
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
  const moved = await moveBranch(merge, { branch: merge.base, from: base, to: sha, why: "merge" });
  return moved ? { outcome: "merged", sha } : { outcome: "base_moved" };
}
