import type { MergeWish, Signature } from "../ports.ts";
import { compareCommits, readCommit } from "./compare-commits.ts";
import { runGit } from "./run-git.ts";

interface MergedTree {
  readonly tree: string;
  /** Files in conflict; empty: the tree is the merge. */
  readonly conflicts: readonly string[];
}

/** Merges two commits without a work tree (scm §7.1). Histories without a common commit are merged as if it were empty. */
export async function mergeTree(cwd: string, base: string, head: string): Promise<MergedTree> {
  const options = ["--write-tree", "--name-only", "--no-messages", "--allow-unrelated-histories", "-z"];
  const { code, stdout } = await runGit({ cwd, args: ["merge-tree", ...options, base, head], answers: [1] });
  const [tree = "", ...files] = stdout.split("\0").filter((part) => part !== "");
  return { tree, conflicts: code === 0 ? [] : [...new Set(files)] };
}

/** GitHub's own name, which merges by button are committed by. */
const github: Signature = { name: "GitHub", email: "noreply@github.com" };

/** `onto` with all of `wish.commit` by the wished method; no branch is moved. Throws when there is a conflict. */
export async function mergeCommits(
  cwd: string,
  wish: MergeWish & { readonly onto: string; readonly at: number },
): Promise<string> {
  const { onto, commit, method, message, author, at } = wish;
  if (method === "rebase") return replay(cwd, wish);
  const { tree, conflicts } = await mergeTree(cwd, onto, commit);
  if (conflicts.length > 0) throw new Error(`Merging ${commit} conflicts in ${conflicts.join(", ")}`);
  const parents = method === "merge" ? [onto, commit] : [onto];
  return commitTree(cwd, { tree, parents, message, author, committer: github, at });
}

/** Each commit that onto has not becomes a new one on top of it; merge commits are left out, as by git rebase. */
async function replay(
  cwd: string,
  { onto, commit, author: committer, at }: MergeWish & { readonly onto: string; readonly at: number },
): Promise<string> {
  const { ahead } = await compareCommits(cwd, onto, commit);
  let tip = onto;
  for (const oid of ahead) {
    const original = await readCommit(cwd, oid);
    const [parent, second] = original?.parents ?? [];
    if (original === null || parent === undefined || second !== undefined) continue;
    const { author, message } = original;
    // git 2.39 merges two commits by the base it finds: this one has the tip's files, and the parent as that base.
    const stand = { tree: `${tip}^{tree}`, parents: [parent], message: "stand-in", author, committer, at };
    const { tree, conflicts } = await mergeTree(cwd, await commitTree(cwd, stand), oid);
    if (conflicts.length > 0) throw new Error(`Rebasing ${oid} conflicts in ${conflicts.join(", ")}`);
    tip = await commitTree(cwd, { tree, parents: [tip], message, author, committer, at });
  }
  return tip;
}

interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
  readonly at: number;
}

async function commitTree(cwd: string, commit: NewCommit): Promise<string> {
  const date = `${Math.floor(commit.at / 1_000)} +0000`;
  const { stdout } = await runGit({
    cwd,
    args: ["commit-tree", commit.tree, ...commit.parents.flatMap((parent) => ["-p", parent])],
    input: `${commit.message}\n`,
    env: {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: date,
    },
  });
  return stdout.trim();
}
