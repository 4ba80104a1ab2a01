import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useGitRig } from "../test/git-rig.ts";
import { handIn } from "./hand-in.ts";
import { runGit } from "./run-git.ts";
import { ensureBranchWorktree } from "./worktree.ts";

const here = useGitRig();

test("a conflict with the base is repaired by a merge that is pushed without force", async () => {
  const { forge, rig, toast, path, base, want, inTree, update, clonedElsewhere } = here();
  const theirs = "feature/login";
  const other = await clonedElsewhere();
  const write = (text: string) => writeFileSync(join(other.cwd, "a.txt"), text);
  write("theirs\n");
  await runGit(other, "commit", "--quiet", "-am", "Theirs");
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${theirs}`);
  await runGit(other, "reset", "--quiet", "--hard", "HEAD~1");
  write("ours\n");
  await runGit(other, "commit", "--quiet", "-am", "Ours");
  await runGit(other, "push", "--quiet", "origin", "HEAD:refs/heads/main");
  await update();
  await ensureBranchWorktree(toast, { ...want(), branch: theirs, mustExist: true });
  await expect(runGit(inTree(), "merge", "origin/main")).rejects.toThrow(/merge/);
  expect(await handIn(inTree(), { branch: theirs, base })).toEqual({ todo: expect.stringContaining("UU a.txt") });
  writeFileSync(join(path, "a.txt"), "both\n");
  await runGit(inTree(), "commit", "--quiet", "--no-edit", "-a");
  expect(await handIn(inTree(), { branch: theirs, base })).toEqual({ head: forge.git(rig, "rev-parse", theirs) });
  expect(forge.git(rig, "merge-base", theirs, "main")).toBe(forge.git(rig, "rev-parse", "main"));
});

test("gt_done tells what is missing: commits, a clean tree, the branch", async () => {
  const { forge, rig, toast, path, branch, base, want, inTree } = here();
  await ensureBranchWorktree(toast, want());
  const todo = async () => {
    const handedIn = await handIn(inTree(), { branch, base });
    return "todo" in handedIn ? handedIn.todo : "nothing";
  };
  expect(await todo()).toMatch(/no commit that main does not have/);
  writeFileSync(join(path, "b.txt"), "two\n");
  expect(await todo()).toMatch(/not committed:\n\?\? b.txt/);
  await runGit(inTree(), "checkout", "--quiet", "-b", "mine");
  expect(await todo()).toMatch(/is on mine, but your work belongs on gt\/toast\/gt-1/);
  expect(forge.git(rig, "branch", "--list", branch)).toBe("");
});

test("gt_done tells of commits on the forge that are not here, and takes no force", async () => {
  const { forge, rig, toast, branch, base, want, inTree, commit, clonedElsewhere } = here();
  await ensureBranchWorktree(toast, want());
  const other = await clonedElsewhere();
  await runGit(other, "commit", "--quiet", "--allow-empty", "-m", "Foreign");
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
  await commit("b.txt", "two\n");
  expect(await handIn(inTree(), { branch, base })).toEqual({
    todo: expect.stringContaining("commits on gt/toast/gt-1"),
  });
  await runGit(inTree(), "pull", "--quiet", "--no-rebase", "origin", branch);
  expect(await handIn(inTree(), { branch, base })).toEqual({ head: forge.git(rig, "rev-parse", branch) });
});

test("a forge that cannot be reached is told as such", async () => {
  const { toast, path, branch, base, want, inTree, commit } = here();
  await ensureBranchWorktree(toast, want());
  await commit("b.txt", "two\n");
  await runGit(inTree(), "config", "remote.origin.url", "http://127.0.0.1:9/gone.git");
  expect(await handIn(inTree(), { branch, base })).toEqual({ todo: expect.stringContaining("could not be pushed") });
  expect(existsSync(path)).toBe(true);
});
