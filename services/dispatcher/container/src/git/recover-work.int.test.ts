import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { useGitRig, type GitRig } from "../test/git-rig.ts";
import { recoverWork, type Recovered } from "./recover-work.ts";
import { noteRescue } from "./rescue-notes.ts";
import type { Rescued } from "./rescued.ts";
import { runGit, type GitPlace } from "./run-git.ts";
import { ensureBranchWorktree, ensureReviewWorktree, removeFinishedWorktrees } from "./worktree.ts";

const here = useGitRig();

/** The first start of a new container host in the rig: agent Maple's, on a bead of its own. */
async function recovers(git: GitRig, inUse = (_path: string) => false): Promise<Recovered> {
  await git.update();
  return recoverWork({ ...git.agent(`maple-${git.count}`), cwd: git.repository }, inUse);
}
const nothing = { pushed: [], problem: null };

/** The branches of the forge. */
function branches({ forge, rig }: GitRig): string[] {
  return forge.git(rig, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").split("\n");
}
function show({ forge, rig }: GitRig, branch: string | undefined, file: string): string {
  return forge.git(rig, "show", `${branch}:${file}`);
}
/** Another container took the branch over and pushed to it. */
async function movedOn(git: GitRig): Promise<GitPlace> {
  const other = await git.clonedElsewhere();
  writeFileSync(join(other.cwd, "theirs.txt"), "theirs\n");
  await runGit(other, "add", "-A");
  await runGit(other, "commit", "--quiet", "-m", "Theirs");
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${git.branch}`);
  return other;
}

test("commits and changes of a container that is gone are pushed to the agent's branch", async () => {
  const git = here();
  await ensureBranchWorktree(git.toast, git.want());
  await git.commit("b.txt", "two\n");
  writeFileSync(join(git.path, "draft.txt"), "half\n");
  writeFileSync(join(git.repository, "worktrees", "gt-1", "index.lock"), "");
  expect(await recovers(git)).toEqual({ pushed: [git.branch], problem: null });
  expect(git.forge.git(git.rig, "log", "--format=%s", "-2", git.branch)).toBe(
    "WIP: saved by gastown (recovered)\nWrite b.txt",
  );
  expect(show(git, git.branch, "draft.txt")).toBe("half");
  expect(await recovers(git)).toEqual(nothing);
});

test("a branch that another agent went on with is not touched: the work is on a rescue branch, and the next start has the branch", async () => {
  const git = here();
  await ensureBranchWorktree(git.toast, git.want());
  await git.commit("b.txt", "two\n");
  await movedOn(git);
  const head = git.forge.git(git.rig, "rev-parse", git.branch);
  await recovers(git);
  const rescue = branches(git).filter((name) => name.startsWith("gt/rescue/"));
  expect(rescue).toHaveLength(1);
  expect(show(git, rescue[0], "b.txt")).toBe("two");
  expect(git.forge.git(git.rig, "rev-parse", git.branch)).toBe(head);
  await git.update();
  await ensureBranchWorktree(git.toast, git.want());
  expect(await runGit(git.inTree(), "rev-parse", "HEAD")).toBe(head);
});

test("work on a branch that nobody knows, on none, or in the middle of a rebase is rescued", async () => {
  const git = here();
  await ensureBranchWorktree(git.toast, git.want());
  await runGit(git.inTree(), "checkout", "--quiet", "-b", "mine");
  await git.commit("mine.txt", "mine\n");
  await runGit(git.inTree(), "checkout", "--quiet", git.branch);
  await git.commit("a.txt", "ours\n");
  const other = await git.clonedElsewhere();
  writeFileSync(join(other.cwd, "a.txt"), "theirs\n");
  await runGit(other, "commit", "--quiet", "-am", "Theirs");
  await runGit(other, "push", "--quiet", "origin", "HEAD:refs/heads/main");
  await git.update();
  await expect(runGit(git.inTree(), "rebase", "origin/main")).rejects.toThrow(/rebase/);
  writeFileSync(join(git.path, "a.txt"), "nearly resolved\n");
  await recovers(git);
  const rescued = branches(git).filter((name) => name.startsWith("gt/rescue/"));
  expect(rescued.map((name) => name.slice(0, -13)).toSorted()).toEqual(["gt/rescue/mine", "gt/rescue/toast/gt-1"]);
  const [mine, rebase] = rescued.toSorted();
  expect(show(git, mine, "mine.txt")).toBe("mine");
  expect(show(git, rebase, "a.txt")).toBe("nearly resolved");
  expect(show(git, git.branch, "a.txt")).toBe("ours");
  expect(branches(git)).not.toContain("mine");
});

test("nothing is pushed of agents at work, of reviews, and of branches that were merged and deleted", async () => {
  const git = here();
  await ensureBranchWorktree(git.toast, git.want());
  await git.commit("b.txt", "two\n");
  const review = join(git.state, "worktrees", `refinery-${git.count}`, "gt-9");
  await ensureReviewWorktree(git.toast, {
    repository: git.repository,
    path: review,
    head: git.forge.git(git.rig, "rev-parse", "main"),
  });
  writeFileSync(join(review, "coverage.txt"), "junk\n");
  const done = { ...git.want(), path: join(dirname(git.path), "gt-2"), branch: "gt/toast/gt-2" };
  await ensureBranchWorktree(git.toast, done);
  await runGit({ ...git.toast, cwd: done.path }, "commit", "--quiet", "--allow-empty", "-m", "Squashed later");
  await runGit({ ...git.toast, cwd: done.path }, "push", "--quiet", "origin", done.branch);
  git.forge.git(git.rig, "branch", "--quiet", "-D", done.branch);
  expect(await recovers(git, (path) => path === git.path)).toEqual(nothing);
  expect(branches(git)).toEqual(["main"]);
});

test("what is rescued is told, with why and where it was found, and told once more by the next host: this one may have been killed", async () => {
  const git = here();
  await ensureBranchWorktree(git.toast, git.want());
  await git.commit("b.txt", "two\n");
  await movedOn(git);
  const left = await runGit(git.inTree(), "rev-parse", "HEAD");
  const second = { ...git.want(), path: join(dirname(git.path), "gt-2"), branch: "gt/toast/gt-2" };
  await ensureBranchWorktree(git.toast, second);
  await runGit({ ...git.toast, cwd: second.path }, "commit", "--quiet", "--allow-empty", "-m", "Unpushed");
  const head = await runGit({ ...git.toast, cwd: second.path }, "rev-parse", "HEAD");
  const recover = async (): Promise<Rescued[]> => {
    const told: Rescued[] = [];
    await git.update();
    const place = { ...git.toast, cwd: git.repository, rescued: (work: Rescued) => void told.push(work) };
    await recoverWork(place, () => false);
    return told;
  };
  const pushedTo = `gt/rescue/toast/gt-1/${left.slice(0, 12)}`;
  const movedAway = { from: git.path, branch: git.branch, pushedTo, head: left, why: "moved_on" };
  const recovered = { from: second.path, branch: second.branch, pushedTo: second.branch, head, why: "recovered" };
  expect(await recover()).toEqual([movedAway, recovered]);

  // People have looked at it meanwhile: it is told, and not pushed again.
  git.forge.git(git.rig, "branch", "--quiet", "-D", pushedTo);
  await runGit(git.toast, "-C", git.repository, "update-ref", "refs/gastown/rescues/made-up/gt/x/012345678901", left);
  expect(await recover()).toEqual([movedAway]);
  expect(branches(git)).not.toContain(pushedTo);
  expect(await recover()).toEqual([]);
});

test("what was about to be rescued when its host was killed is rescued by the next one", async () => {
  const git = here();
  await ensureBranchWorktree(git.toast, git.want());
  const head = await git.commit("b.txt", "two\n").then(() => runGit(git.inTree(), "rev-parse", "HEAD"));
  await noteRescue(git.inTree(), { why: "unfinished", branch: git.branch, head });
  await runGit(git.inTree(), "reset", "--quiet", "--hard", "origin/main");
  await recovers(git);
  expect(show(git, `gt/rescue/toast/gt-1/${head.slice(0, 12)}`, "b.txt")).toBe("two");
});

test("what cannot be pushed is told, stays, and is tried again", async () => {
  const git = here();
  await ensureBranchWorktree(git.toast, git.want());
  await git.commit("b.txt", "two\n");
  await runGit(git.inTree(), "config", "remote.origin.url", "http://127.0.0.1:9/gone.git");
  const recover = () => recoverWork({ ...git.toast, cwd: git.repository }, () => false);
  expect(await recover()).toEqual({ pushed: [], problem: expect.stringContaining("git push failed") });
  await git.update();
  await recover();
  expect(show(git, git.branch, "b.txt")).toBe("two");
});

test("another agent takes over a branch from the middle of a rebase or a merge; what was under way is rescued", async () => {
  for (const [how, at] of [
    ["rebase", 1],
    ["merge", 2],
  ] as const) {
    const git = here();
    const mine = { ...git.want(), branch: `gt/toast/gt-${at}`, path: join(dirname(git.path), `gt-${at}`) };
    const place = { ...git.toast, cwd: mine.path };
    await ensureBranchWorktree(git.toast, mine);
    writeFileSync(join(mine.path, "a.txt"), `${how}\n`);
    await runGit(place, "commit", "--quiet", "-am", "Ours");
    const other = { ...git.agent(`other-${how}-${git.count}`), cwd: join(git.state, `${how}-${git.count}`) };
    await runGit({ ...other, cwd: git.state }, "clone", "--quiet", git.origin, other.cwd);
    writeFileSync(join(other.cwd, "a.txt"), `theirs ${how}\n`);
    await runGit(other, "commit", "--quiet", "-am", "Theirs");
    await runGit(other, "push", "--quiet", "origin", "HEAD:refs/heads/main");
    await git.update();
    await expect(runGit(place, how, "origin/main")).rejects.toThrow(/rebase|merge/);
    writeFileSync(join(mine.path, "a.txt"), `half ${how}\n`);
    const next = { ...mine, path: join(git.state, "worktrees", `maple-${git.count}`, `gt-${at}`) };
    await ensureBranchWorktree(git.agent(`maple-${git.count}`), next);
    expect(await runGit({ ...git.toast, cwd: next.path }, "show", "HEAD:a.txt")).toBe(how);
    const rescue = branches(git).find((name) => name.startsWith(`gt/rescue/toast/gt-${at}/`));
    expect(show(git, rescue, "a.txt")).toBe(`half ${how}`);
  }
});

test("a worktree that git was killed in the middle of making is made anew, and is nobody's work", async () => {
  const git = here();
  await ensureBranchWorktree(git.toast, git.want());
  const admin = join(git.repository, "worktrees", "gt-1");
  // As it is after SIGKILL: locked, with an index that lists nothing.
  writeFileSync(join(admin, "locked"), "initializing");
  await runGit(git.inTree(), "read-tree", "--empty");
  await recovers(git);
  expect(branches(git)).toEqual(["main"]);
  await ensureBranchWorktree(git.toast, git.want());
  expect(await runGit(git.inTree(), "status", "--short")).toBe("");
  expect(existsSync(join(git.path, "a.txt"))).toBe(true);
  writeFileSync(join(admin, "locked"), "initializing");
  await removeFinishedWorktrees(git.toast, git.repository, join(dirname(git.path), "gt-2"));
  expect(existsSync(git.path)).toBe(false);
});

test("what lies where a worktree is to be, and is none, is put aside", async () => {
  const git = here();
  mkdirSync(git.path, { recursive: true });
  writeFileSync(join(git.path, "left.txt"), "left\n");
  await ensureBranchWorktree(git.toast, git.want());
  expect(await runGit(git.inTree(), "status", "--short")).toBe("");
  expect(readdirSync(`${git.path}.aside-1`)).toEqual(["left.txt"]);
});
