import type { Git } from "./git.ts";

/** What git knows of one pull request. */
export interface BranchReading {
  /** Tip of the branch to merge; null when the branch is gone. */
  readonly head: string | null;
  readonly base: string | null;
  /** All of the head is in the base already. */
  readonly contained: boolean;
  /** The merge of the pull request on the base, and what it merged; null when there is none. */
  readonly merged: { readonly head: string; readonly sha: string } | null;
  readonly conflict: "yes" | "no" | "unknown";
  readonly conflictFiles: readonly string[];
}

export interface GitPlace {
  readonly git: Git;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

interface PullBranches {
  readonly head: string;
  readonly base: string;
  /** Commits that were the head before; a merge of one of them is looked for too, as the branch may have moved on since. */
  readonly earlierHeads: readonly string[];
}

/** Reads the two branches of a pull request in a bare repository. */
export async function readBranches(place: GitPlace, branches: PullBranches): Promise<BranchReading> {
  const [head, base] = await Promise.all([tipOf(place, branches.head), tipOf(place, branches.base)]);
  const nothing = { head, base, contained: false, merged: null, conflict: "unknown", conflictFiles: [] } as const;
  if (base === null) return nothing;
  const heads = new Set([...branches.earlierHeads, ...(head === null ? [] : [head])]);
  for (const candidate of heads) {
    const sha = await findMergeOf(place, candidate, base);
    if (sha !== null) return { ...nothing, contained: true, merged: { head: candidate, sha } };
  }
  if (head === null) return nothing;
  if (await isAncestor(place, head, base)) return { ...nothing, contained: true, conflict: "no" };
  const { tree, conflictFiles } = await mergeTree(place, base, head);
  return { ...nothing, conflict: tree === null ? "yes" : "no", conflictFiles };
}

/** The commit at the tip of a branch, or null. */
export async function tipOf({ git, cwd, signal }: GitPlace, branch: string): Promise<string | null> {
  const args = ["rev-parse", "--quiet", "--verify", `refs/heads/${branch}^{commit}`];
  const answer = await git({ cwd, args, signal, answers: [1] });
  return answer.code === 0 ? answer.stdout.trim() : null;
}

/** Whether all of `commit` is in `tip`. A commit that is not there any more is in nothing. */
export async function isAncestor({ git, cwd, signal }: GitPlace, commit: string, tip: string): Promise<boolean> {
  const answer = await git({ cwd, args: ["merge-base", "--is-ancestor", commit, tip], signal, answers: [1, 128] });
  return answer.code === 0;
}

/** The oldest commit up to `base` that has `head` as its second parent: the merge of it, whoever made it. */
export async function findMergeOf(place: GitPlace, head: string, base: string): Promise<string | null> {
  if (!(await isAncestor(place, head, base))) return null;
  const { git, cwd, signal } = place;
  const args = ["rev-list", "--reverse", "--merges", "--parents", "--ancestry-path", `${head}..${base}`];
  const answer = await git({ cwd, args, signal });
  const lines = answer.stdout.split("\n").map((line) => line.split(" "));
  return lines.find(([, , second]) => second === head)?.[0] ?? null;
}

/** The tree of merging `head` into `base` without a work tree (scm §7.1); null, with the files, when they conflict. */
export async function mergeTree(
  { git, cwd, signal }: GitPlace,
  base: string,
  head: string,
): Promise<{ tree: string | null; conflictFiles: string[] }> {
  const common = await git({ cwd, args: ["merge-base", base, head], signal, answers: [1] });
  if (common.code === 1) return { tree: null, conflictFiles: [] };
  const args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", base, head];
  const answer = await git({ cwd, args, signal, answers: [1], timeoutMs: 120_000 });
  const [tree = "", ...files] = answer.stdout.split("\0").filter((part) => part !== "");
  return answer.code === 0 ? { tree, conflictFiles: [] } : { tree: null, conflictFiles: [...new Set(files)] };
}
