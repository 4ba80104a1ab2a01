import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { useGitRig } from "../test/git-rig.ts";
import { handIn } from "./hand-in.ts";
import { runGit } from "./run-git.ts";
import { saveWork } from "./save-work.ts";
import { BranchInUseError, ensureBranchWorktree, ensureReviewWorktree, removeFinishedWorktrees } from "./worktree.ts";

const here = useGitRig();

test("a worktree is used again as its agent left it, even in the middle of something", async () => {
  const { repository, toast, path, branch, want, inTree } = here();
  await ensureBranchWorktree(toast, want());
  writeFileSync(join(path, "draft.txt"), "half\n");
  await runGit(inTree(), "checkout", "--quiet", "--detach");
  writeFileSync(join(repository, "worktrees", "gt-1", "index.lock"), "");
  await ensureBranchWorktree(toast, want());
  expect(await runGit(inTree(), "symbolic-ref", "--short", "HEAD")).toBe(branch);
  expect(readFileSync(join(path, "draft.txt"), "utf8")).toBe("half\n");
});

test("an agent that took its branch away goes on with what it has there", async () => {
  const { toast, path, branch, want, inTree, commit } = here();
  await ensureBranchWorktree(toast, want());
  await commit("b.txt", "two\n");
  const head = await runGit(inTree(), "rev-parse", "HEAD");
  writeFileSync(join(path, "draft.txt"), "half\n");
  await runGit(inTree(), "checkout", "--quiet", "--detach");
  await runGit(inTree(), "branch", "--quiet", "-D", branch);
  for (const _ of ["once", "twice"]) await ensureBranchWorktree(toast, want());
  expect(await runGit(inTree(), "symbolic-ref", "--short", "HEAD")).toBe(branch);
  expect(await runGit(inTree(), "rev-parse", "HEAD")).toBe(head);
  expect(await runGit(inTree(), "status", "--short")).toBe("?? draft.txt");
});

test("a branch on the forge is continued, and what is newer there is taken over", async () => {
  const { toast, branch, want, inTree, update, clonedElsewhere } = here();
  const other = await clonedElsewhere();
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
  await update();
  await ensureBranchWorktree(toast, want());
  await runGit(other, "commit", "--quiet", "--allow-empty", "-m", "Newer");
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
  await update();
  await ensureBranchWorktree(toast, want());
  expect(await runGit(inTree(), "log", "-1", "--format=%s")).toBe("Newer");
});

test("a pull request's branch that was never here is continued, and one that is not on the forge is not made up", async () => {
  const { forge, rig, toast, base, want, inTree, commit, update, clonedElsewhere } = here();
  const theirs = "feature/login";
  const other = await clonedElsewhere();
  await runGit(other, "commit", "--quiet", "--allow-empty", "-m", "Theirs");
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${theirs}`);
  await update();
  const repair = { ...want(), branch: theirs, mustExist: true };
  await expect(ensureBranchWorktree(toast, { ...repair, branch: "feature/gone" })).rejects.toThrow(
    /no branch feature\/gone/,
  );
  await ensureBranchWorktree(toast, repair);
  expect(await runGit(inTree(), "log", "-1", "--format=%s")).toBe("Theirs");
  await commit("b.txt", "repaired\n");
  expect(await handIn(inTree(), { branch: theirs, base })).toEqual({ head: forge.git(rig, "rev-parse", theirs) });
});

test("a convoy's work starts from the convoy's branch, beside branches of the same convoy", async () => {
  const { forge, state, count, rig, repository, toast, want, inTree, commit, update, agent, clonedElsewhere } = here();
  const convoy = "convoy/login-page/hq-7";
  const head = `${convoy}/head`;
  const other = await clonedElsewhere();
  await runGit(other, "commit", "--quiet", "--allow-empty", "-m", "Gathered");
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${head}`);
  await update();
  const work = { ...want(), branch: `${convoy}/gt/toast/gt-1`, base: head };
  await ensureBranchWorktree(toast, work);
  expect(await runGit(inTree(), "log", "-1", "--format=%s")).toBe("Gathered");
  await commit("b.txt", "two\n");
  expect(await handIn(inTree(), work)).toEqual({ head: forge.git(rig, "rev-parse", work.branch) });
  expect(await saveWork(inTree(), { ...work, reason: "drain" })).toEqual({
    committed: false,
    pushed: false,
    rescue: null,
    problem: null,
  });
  const sibling = {
    ...work,
    branch: `${convoy}/gt/maple/gt-2`,
    path: join(state, "worktrees", `maple-${count}`, "gt-2"),
  };
  await ensureBranchWorktree(agent(`maple-${count}`), sibling);
  expect(await runGit({ ...toast, cwd: repository }, "rev-parse", "--abbrev-ref", "origin/HEAD")).toBe("origin/main");
});

test("another agent takes over a branch with all that was left on it, but not from one at work", async () => {
  const { state, count, toast, path, want, agent } = here();
  await ensureBranchWorktree(toast, want());
  writeFileSync(join(path, "draft.txt"), "half\n");
  const next = agent(`maple-${count}`);
  const taken = { ...want(), path: join(state, "worktrees", `maple-${count}`, "gt-1") };
  await expect(ensureBranchWorktree(next, { ...taken, inUse: (at) => at === path })).rejects.toThrow(BranchInUseError);
  await ensureBranchWorktree(next, taken);
  expect(readFileSync(join(taken.path, "draft.txt"), "utf8")).toBe("half\n");
});

test("a review worktree shows the commit and nothing of the last review", async () => {
  const { forge, rig, repository, toast, path, inTree } = here();
  const head = forge.git(rig, "rev-parse", "main");
  await ensureReviewWorktree(toast, { repository, path, head });
  writeFileSync(join(path, "a.txt"), "changed\n");
  writeFileSync(join(path, "junk.txt"), "junk\n");
  await ensureReviewWorktree(toast, { repository, path, head });
  expect(await runGit(inTree(), "status", "--short")).toBe("");
  await expect(ensureReviewWorktree(toast, { repository, path, head: "0".repeat(40) })).rejects.toThrow(
    /not in the repo/,
  );
});

test("only worktrees whose work is on the forge are removed", async () => {
  const { repository, toast, path, want } = here();
  const folder = dirname(path);
  for (const bead of ["gt-2", "gt-3", "gt-4"])
    await ensureBranchWorktree(toast, { ...want(), path: join(folder, bead), branch: `gt/toast/${bead}` });
  writeFileSync(join(folder, "gt-2", "draft.txt"), "half\n");
  await runGit({ ...toast, cwd: join(folder, "gt-3") }, "commit", "--quiet", "--allow-empty", "-m", "Only here");
  await ensureBranchWorktree(toast, want());
  await removeFinishedWorktrees(toast, repository, path);
  expect(readdirSync(folder)).toEqual(["gt-1", "gt-2", "gt-3"]);
});
