import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { useGitRig, type GitRig } from "../test/git-rig.ts";
import { recoverWork } from "./recover-work.ts";
import { runGit } from "./run-git.ts";
import { whatIsLost } from "./what-is-lost.ts";
import { ensureBranchWorktree, ensureReviewWorktree } from "./worktree.ts";

const here = useGitRig();

function lost(git: GitRig): Promise<string[]> {
  return whatIsLost(git.toast, { clones: [git.repository], worktrees: dirname(git.path) });
}
const recover = (git: GitRig) => recoverWork({ ...git.toast, cwd: git.repository }, () => false);
const inTree = (git: GitRig, ...args: string[]) => runGit(git.inTree(), ...args);

/** Toast has begun, and nothing more. */
async function begun(): Promise<GitRig> {
  const git = here();
  await ensureBranchWorktree(git.toast, git.want());
  return git;
}

/** The base moved on, so that a rebase of what Toast has stops in the middle. */
async function stopRebase(git: GitRig): Promise<void> {
  await git.commit("a.txt", "ours\n");
  const other = await git.clonedElsewhere();
  writeFileSync(join(other.cwd, "a.txt"), "theirs\n");
  await runGit(other, "commit", "--quiet", "-am", "Theirs");
  await runGit(other, "push", "--quiet", "origin", "HEAD:refs/heads/main");
  await git.update();
  await expect(inTree(git, "rebase", "origin/main")).rejects.toThrow(/rebase/);
  writeFileSync(join(git.path, "a.txt"), "nearly resolved\n");
}

test("nothing is lost of a clone in which nothing was done, and of what the forge has, or had and deleted", async () => {
  const git = await begun();
  expect(await lost(git)).toEqual([]);
  await git.commit("b.txt", "two\n");
  await inTree(git, "push", "--quiet", "origin", git.branch);
  expect(await lost(git)).toEqual([]);
  git.forge.git(git.rig, "branch", "--quiet", "-D", git.branch);
  await git.update();
  expect(await lost(git)).toEqual([]);
});

test("nothing is lost of an empty folder, and of none; what is no repository is not known to be nothing", async () => {
  const { state, toast } = here();
  const empty = join(state, "empty");
  mkdirSync(empty);
  const told = () => whatIsLost(toast, { clones: [empty], worktrees: join(state, "nowhere") });
  expect(await told()).toEqual([]);
  writeFileSync(join(empty, "file"), "");
  expect(await told()).toEqual([`${empty} is no repository`]);
});

test("an agent's own lock on its worktree does not make what it left there unfinished", async () => {
  for (const reason of [[], ["--reason=busy"]]) {
    const git = await begun();
    writeFileSync(join(git.path, "b.txt"), "two\n");
    await inTree(git, "worktree", "lock", ...reason, git.path);
    expect(await lost(git)).toEqual([`what stands in ${git.path} is not on the forge`]);
    await inTree(git, "worktree", "unlock", git.path);
    rmSync(join(git.path, "b.txt"));
  }
});

test("commits on a branch or on none, new files and changes would be lost, until they are recovered", async () => {
  const git = await begun();
  await git.commit("b.txt", "two\n");
  const head = await inTree(git, "rev-parse", "HEAD");
  writeFileSync(join(git.path, "new.txt"), "new\n");
  const second = { ...git.want(), path: join(dirname(git.path), "gt-2"), branch: "gt/toast/gt-2" };
  await ensureBranchWorktree(git.toast, second);
  const place = { ...git.toast, cwd: second.path };
  await runGit(place, "checkout", "--quiet", "--detach");
  await runGit(place, "commit", "--quiet", "--allow-empty", "-m", "On no branch");
  const reasons = [git.path, second.path].map((path) => `what stands in ${path} is not on the forge`);
  expect(await lost(git)).toEqual([`commit ${head} of ${git.repository} is not on the forge`, ...reasons]);
  expect(await recover(git)).toMatchObject({ problem: null });
  expect(await lost(git)).toEqual([]);
});

test("a rebase that stopped would be lost, until it is recovered; it stands there all the same", async () => {
  const git = await begun();
  await stopRebase(git);
  expect(await lost(git)).toHaveLength(2);
  await recover(git);
  expect(await inTree(git, "status", "--short")).not.toBe("");
  expect(await lost(git)).toEqual([]);
  writeFileSync(join(git.path, "a.txt"), "resolved\n");
  expect(await lost(git)).toEqual([`what stands in ${git.path} is not on the forge`]);
});

test("what is never pushed by itself keeps all of it", async () => {
  const git = await begun();
  writeFileSync(join(git.path, "a.txt"), "put away\n");
  await inTree(git, "stash");
  const stash = await inTree(git, "rev-parse", "stash");
  mkdirSync(`${git.path}.aside-1`);
  writeFileSync(join(`${git.path}.aside-1`, "file"), "");
  const [commit, aside] = [
    `commit ${stash} of ${git.repository} is not on the forge`,
    `${git.path}.aside-1 is no worktree of its clones`,
  ];
  expect(await lost(git)).toEqual([commit, aside]);
  await inTree(git, "tag", "kept", "stash");
  await inTree(git, "stash", "drop", "--quiet");
  await runGit(git.inTree(), "init", "--quiet", "inner");
  const secret = (name: string): string => `${join(git.path, name)} is nothing that is committed by itself`;
  expect(await lost(git)).toEqual([commit, secret("inner/"), aside]);
  await recover(git);
  expect(await lost(git)).toEqual([commit, secret("inner/"), aside]);
  rmSync(join(git.path, "inner"), { recursive: true });
  writeFileSync(join(git.path, "key.txt"), "-----BEGIN RSA PRIVATE KEY-----\n");
  expect(await lost(git)).toEqual([commit, secret("key.txt"), aside]);
});

test("what a review leaves, and what git passes over, is no work", async () => {
  const git = await begun();
  const review = join(dirname(git.path), "gt-9");
  const head = git.forge.git(git.rig, "rev-parse", "main");
  await ensureReviewWorktree(git.toast, { repository: git.repository, path: review, head });
  writeFileSync(join(review, "coverage.txt"), "junk\n");
  writeFileSync(join(git.path, ".env"), "TOKEN=1\n");
  mkdirSync(join(git.path, "node_modules"));
  writeFileSync(join(git.path, "node_modules", "package.json"), "{}\n");
  expect(await lost(git)).toEqual([]);
});
