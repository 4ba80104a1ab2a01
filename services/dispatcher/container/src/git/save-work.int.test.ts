import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { useGitRig, type GitRig } from "../test/git-rig.ts";
import { leftOut } from "./left-out.ts";
import { runGit } from "./run-git.ts";
import { saveWork } from "./save-work.ts";
import { ensureBranchWorktree } from "./worktree.ts";

const here = useGitRig();
const saved = { committed: false, pushed: false, rescue: null, problem: null };

/** A file in Toast's worktree. */
function write({ path }: GitRig, file: string, text: string): void {
  mkdirSync(dirname(join(path, file)), { recursive: true });
  writeFileSync(join(path, file), text);
}
/** What a branch of the forge has in a file. */
function onForge({ forge, rig }: GitRig, branch: string | null, file: string): string {
  return forge.git(rig, "show", `${branch}:${file}`);
}
/** Somebody else pushes a commit to Toast's branch, or to another one. */
async function pushedElsewhere(git: GitRig, to: string, text: string): Promise<void> {
  const other = await git.clonedElsewhere();
  writeFileSync(join(other.cwd, "a.txt"), text);
  await runGit(other, "commit", "--quiet", "-am", "Theirs");
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${to}`);
  await git.update();
}

test("saving commits and pushes what is there, and pushes nothing when nothing is", async () => {
  const git = here();
  const { forge, rig, branch, base } = git;
  await ensureBranchWorktree(git.toast, git.want());
  const work = { branch, base, reason: "drain" };
  expect(await saveWork(git.inTree(), work)).toEqual(saved);
  expect(forge.git(rig, "branch", "--list", branch)).toBe("");
  write(git, "draft.txt", "half\n");
  expect(await saveWork(git.inTree(), work)).toEqual({ ...saved, committed: true, pushed: true });
  expect(forge.git(rig, "log", "-1", "--format=%s", branch)).toBe("WIP: saved by gastown (drain)");
  expect(await saveWork(git.inTree(), work)).toEqual(saved);
});

test("secrets, what tools leave, big files and foreign repositories are not committed by themselves", async () => {
  const git = here();
  const { forge, rig, branch, base, toast, path } = git;
  await ensureBranchWorktree(toast, git.want());
  const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END OPENSSH PRIVATE KEY-----\n";
  const out = [".env", ".env.local", "deploy/id_ed25519", "node_modules/x/index.js", "lib/__pycache__/a.pyc"];
  for (const file of out) write(git, file, "SECRET=1\n");
  write(git, "certs/server.txt", key);
  write(git, "dump.bin", "x".repeat(10 * 1024 * 1024 + 1));
  await runGit({ ...toast, cwd: path }, "clone", "--quiet", git.origin, "vendor/other");
  for (const file of [".env.example", "src/environment.ts", "certs/server.pub"]) write(git, file, "PUBLIC=1\n");
  const work = { branch, base, reason: "drain" };
  expect(await saveWork(git.inTree(), work)).toEqual({ ...saved, committed: true, pushed: true });
  const files = forge.git(rig, "ls-tree", "-r", "--name-only", branch).split("\n");
  expect(files).toEqual([".env.example", "a.txt", "certs/server.pub", "src/environment.ts"]);
  expect(await leftOut(git.inTree())).toEqual(["certs/server.txt", "dump.bin", "vendor/other/"]);
  for (const file of [...out, "certs/server.txt", "dump.bin"]) expect(existsSync(join(path, file))).toBe(true);
  expect(await saveWork(git.inTree(), work)).toEqual(saved);
});

test("an agent's own `git add` passes over secrets too, unless the repository wants them", async () => {
  const git = here();
  await ensureBranchWorktree(git.toast, git.want());
  write(git, ".env", "SECRET=1\n");
  write(git, "test/.env", "FAKE=1\n");
  write(git, "test/.gitignore", "!.env\n");
  await runGit(git.inTree(), "add", "-A");
  expect(await runGit(git.inTree(), "diff", "--cached", "--name-only")).toBe("test/.env\ntest/.gitignore");
});

test("a branch that moved on is not overwritten: the work goes to a rescue branch, once", async () => {
  const git = here();
  const { forge, rig, branch, base } = git;
  await ensureBranchWorktree(git.toast, git.want());
  write(git, "draft.txt", "half\n");
  await pushedElsewhere(git, branch, "theirs\n");
  const theirs = forge.git(rig, "rev-parse", branch);
  const first = await saveWork(git.inTree(), { branch, base, reason: "crashed" });
  expect(first).toEqual({
    ...saved,
    committed: true,
    rescue: expect.stringMatching(/^gt\/rescue\/toast\/gt-1\/\w{12}$/),
  });
  expect(forge.git(rig, "rev-parse", branch)).toBe(theirs);
  expect(onForge(git, first.rescue, "draft.txt")).toBe("half");
  expect(await saveWork(git.inTree(), { branch, base, reason: "crashed" })).toEqual(saved);
  expect(forge.git(rig, "branch", "--list", "gt/rescue/*").split("\n")).toHaveLength(1);
});

test("work on no branch is on a rescue branch, what was committed before on its own", async () => {
  const git = here();
  const { branch, base } = git;
  await ensureBranchWorktree(git.toast, git.want());
  await git.commit("b.txt", "two\n");
  await runGit(git.inTree(), "checkout", "--quiet", "--detach");
  await git.commit("c.txt", "three\n");
  write(git, "draft.txt", "half\n");
  const work = await saveWork(git.inTree(), { branch, base, reason: "drain" });
  expect(work).toEqual({ ...saved, pushed: true, rescue: expect.stringContaining("gt/rescue/") });
  expect(onForge(git, branch, "b.txt")).toBe("two");
  expect(onForge(git, work.rescue, "c.txt")).toBe("three");
  expect(onForge(git, work.rescue, "draft.txt")).toBe("half");
  expect(await runGit(git.inTree(), "status", "--short")).toBe("?? draft.txt");
});

test("a merge that is half resolved is saved as it stands, and stays as it is", async () => {
  const git = here();
  const { forge, rig, branch, base } = git;
  await ensureBranchWorktree(git.toast, git.want());
  await git.commit("a.txt", "ours\n");
  await pushedElsewhere(git, base, "theirs\n");
  await expect(runGit(git.inTree(), "merge", "origin/main")).rejects.toThrow(/merge/);
  appendFileSync(join(git.path, "a.txt"), "a line to resolve it\n");
  const work = await saveWork(git.inTree(), { branch, base, reason: "drain" });
  expect(work).toEqual({ ...saved, pushed: true, rescue: expect.any(String) });
  expect(onForge(git, branch, "a.txt")).toBe("ours");
  expect(onForge(git, work.rescue, "a.txt")).toMatch(/^<<<<<<< [^]*ours[^]*theirs[^]*a line to resolve it$/);
  expect(await runGit(git.inTree(), "status", "--short")).toBe("UU a.txt");
  await saveWork(git.inTree(), { branch, base, reason: "drain" });
  expect(forge.git(rig, "branch", "--list", "gt/rescue/*").split("\n")).toHaveLength(1);
});

test("work that cannot be saved says why", async () => {
  const git = here();
  await ensureBranchWorktree(git.toast, git.want());
  await git.commit("b.txt", "two\n");
  await runGit(git.inTree(), "config", "remote.origin.url", "http://127.0.0.1:9/gone.git");
  const { problem } = await saveWork(git.inTree(), { branch: git.branch, base: git.base, reason: "drain" });
  expect(problem).toMatch(/git push failed/);
});
