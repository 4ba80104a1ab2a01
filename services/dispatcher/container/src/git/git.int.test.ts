import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Hono } from "hono";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAccess } from "../agents/access.ts";
import { startLocalServer, type LocalServer } from "../local-server.ts";
import { testRun } from "../test/agent-run.ts";
import { polecatJob } from "../test/polecat-job.ts";
import { silentLogger as logger } from "../test/silent-logger.ts";
import { startGitForge, type GitForge } from "../test/git-forge.ts";
import { credentialRoute } from "./credential-route.ts";
import { gitEnvironment, writeGitIdentity } from "./git-identity.ts";
import { handIn } from "./hand-in.ts";
import { updateRepository } from "./repository.ts";
import { runGit, type GitPlace } from "./run-git.ts";
import { saveWork } from "./save-work.ts";
import { BranchInUseError, ensureBranchWorktree, ensureReviewWorktree, removeFinishedWorktrees } from "./worktree.ts";

let forge: GitForge;
let local: LocalServer;
let state: string;
let count = 0;
const access = createAccess();
function credential(name: string) {
  const known = credentials[name];
  return known === undefined ? Promise.reject(new Error("no such rig")) : Promise.resolve(known);
}
const credentials: Record<string, { url: string; username: string; password: string; expiresAt: string }> = {};

beforeAll(async () => {
  forge = await startGitForge();
  local = await startLocalServer(new Hono().route("/git", credentialRoute({ access, credential, logger })));
  state = mkdtempSync(join(tmpdir(), "gastown-git-"));
});
afterAll(async () => {
  await forge.close();
  await local.close();
  rmSync(state, { recursive: true, force: true });
});

/** An agent with a git identity of its own, in a rig. */
function agent(name: string, rig: string): GitPlace {
  const token = `token-${name}`;
  const job = polecatJob(name, "", { rig: { rig, defaultBranch: "main", check: null } });
  access.grant({ ...testRun(job), token });
  const home = join(state, "agents", name);
  const identity = { home, name, email: `${name}@gastown.local` };
  writeGitIdentity({ ...identity, credentials: { url: `${local.url}/git/credential`, token } });
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...gitEnvironment(identity) };
  return { cwd: state, env, signal: new AbortController().signal, timeoutMs: 30_000 };
}

let rig: string;
let origin: string;
let repository: string;
let toast: GitPlace;
let path: string;
const branch = "gt/toast/gt-1";
const base = "main";

beforeEach(async () => {
  count += 1;
  rig = `rig-${count}`;
  const url = forge.create(rig, { "a.txt": "one\n" });
  origin = forge.folder(rig);
  credentials[rig] = { url, username: forge.username, password: forge.password, expiresAt: "2099-01-01T00:00:00.000Z" };
  repository = join(state, "repos", rig);
  toast = agent(`toast-${count}`, rig);
  path = join(state, "worktrees", `toast-${count}`, "gt-1");
  await updateRepository(toast, { path: repository, url: origin, defaultBranch: base });
});

const credentialUrl = () => credentials[rig]?.url ?? "";
const free = () => false;
const want = () => ({ repository, path, branch, base, mustExist: false, inUse: free });
const inTree = (): GitPlace => ({ ...toast, cwd: path });
function commit(file: string, text: string): Promise<string> {
  writeFileSync(join(path, file), text);
  return runGit(inTree(), "add", "-A").then(() => runGit(inTree(), "commit", "-qm", `Write ${file}`));
}
async function clonedElsewhere(): Promise<GitPlace> {
  const other = agent(`other-${count}`, rig);
  const folder = join(state, `elsewhere-${count}`);
  await runGit(other, "clone", "--quiet", origin, folder);
  return { ...other, cwd: folder };
}

test("a clone and a push need nothing but the agent's own token, and leave no secret behind", async () => {
  await updateRepository(toast, { path: repository, url: credentialUrl(), defaultBranch: base });
  await ensureBranchWorktree(toast, want());
  await commit("b.txt", "two\n");
  expect(await handIn(inTree(), { branch, base })).toEqual({ head: forge.git(rig, "rev-parse", branch) });
  expect(forge.git(rig, "log", "-1", "--format=%an %ae", branch)).toBe(`toast-${count} toast-${count}@gastown.local`);
  // grep answers 1 when it finds nothing
  expect(spawnSync("grep", ["-rF", forge.password, state]).status).toBe(1);
});

test("a credential is given for the rig's own repository only", async () => {
  const other = forge.create(`${rig}-other`, { "a.txt": "secret\n" });
  await expect(runGit(toast, "ls-remote", other)).rejects.toThrow(/no credential for that repository/);
  const own = access.find(`Bearer token-toast-${count}`);
  if (own !== null) access.revoke(own);
  await expect(runGit(toast, "ls-remote", credentialUrl())).rejects.toThrow(/belongs to no running agent/);
});

test("a clone that was cut off is completed", async () => {
  const half = join(state, "repos", `${rig}-half`);
  await runGit(toast, "init", "--quiet", "--bare", half);
  await updateRepository(toast, { path: half, url: origin, defaultBranch: base });
  expect(await runGit({ ...toast, cwd: half }, "rev-parse", "origin/main")).toBe(forge.git(rig, "rev-parse", "main"));
  expect(await runGit({ ...toast, cwd: half }, "rev-parse", "--abbrev-ref", "origin/HEAD")).toBe("origin/main");
});

test("a lock that a killed git left in the clone does not stop the rig", async () => {
  const other = await clonedElsewhere();
  await runGit(other, "commit", "--quiet", "--allow-empty", "-m", "Newer");
  await runGit(other, "push", "--quiet", "origin", "main");
  const lock = join(repository, "refs/remotes/origin/main.lock");
  writeFileSync(lock, "");
  utimesSync(lock, 0, 0);
  await updateRepository(toast, { path: repository, url: origin, defaultBranch: base });
  expect(await runGit({ ...toast, cwd: repository }, "log", "-1", "--format=%s", "origin/main")).toBe("Newer");
});

test("a worktree is used again as its agent left it, even in the middle of something", async () => {
  await ensureBranchWorktree(toast, want());
  writeFileSync(join(path, "draft.txt"), "half\n");
  await runGit(inTree(), "checkout", "--quiet", "--detach");
  writeFileSync(join(repository, "worktrees", "gt-1", "index.lock"), "");
  await ensureBranchWorktree(toast, want());
  expect(await runGit(inTree(), "symbolic-ref", "--short", "HEAD")).toBe(branch);
  expect(readFileSync(join(path, "draft.txt"), "utf8")).toBe("half\n");
});

test("a branch on the forge is continued, and what is newer there is taken over", async () => {
  const other = await clonedElsewhere();
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
  await updateRepository(toast, { path: repository, url: origin, defaultBranch: base });
  await ensureBranchWorktree(toast, want());
  await runGit(other, "commit", "--quiet", "--allow-empty", "-m", "Newer");
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
  await updateRepository(toast, { path: repository, url: origin, defaultBranch: base });
  await ensureBranchWorktree(toast, want());
  expect(await runGit(inTree(), "log", "-1", "--format=%s")).toBe("Newer");
});

test("a pull request's branch that was never here is continued, and one that is not on the forge is not made up", async () => {
  const theirs = "feature/login";
  const other = await clonedElsewhere();
  await runGit(other, "commit", "--quiet", "--allow-empty", "-m", "Theirs");
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${theirs}`);
  await updateRepository(toast, { path: repository, url: origin, defaultBranch: base });
  const repair = { ...want(), branch: theirs, mustExist: true };
  await expect(ensureBranchWorktree(toast, { ...repair, branch: "feature/gone" })).rejects.toThrow(
    /no branch feature\/gone/,
  );
  await ensureBranchWorktree(toast, repair);
  expect(await runGit(inTree(), "log", "-1", "--format=%s")).toBe("Theirs");
  await commit("b.txt", "repaired\n");
  expect(await handIn(inTree(), { branch: theirs, base })).toEqual({ head: forge.git(rig, "rev-parse", theirs) });
});

test("a conflict with the base is repaired by a merge that is pushed without force", async () => {
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
  await updateRepository(toast, { path: repository, url: origin, defaultBranch: base });
  await ensureBranchWorktree(toast, { ...want(), branch: theirs, mustExist: true });
  await expect(runGit(inTree(), "merge", "origin/main")).rejects.toThrow(/merge/);
  expect(await handIn(inTree(), { branch: theirs, base })).toEqual({ todo: expect.stringContaining("UU a.txt") });
  writeFileSync(join(path, "a.txt"), "both\n");
  await runGit(inTree(), "commit", "--quiet", "--no-edit", "-a");
  expect(await handIn(inTree(), { branch: theirs, base })).toEqual({ head: forge.git(rig, "rev-parse", theirs) });
  expect(forge.git(rig, "merge-base", theirs, "main")).toBe(forge.git(rig, "rev-parse", "main"));
});

test("a convoy's work starts from the convoy's branch, beside branches of the same convoy", async () => {
  const convoy = "convoy/login-page/hq-7";
  const head = `${convoy}/head`;
  const other = await clonedElsewhere();
  await runGit(other, "commit", "--quiet", "--allow-empty", "-m", "Gathered");
  await runGit(other, "push", "--quiet", "origin", `HEAD:refs/heads/${head}`);
  await updateRepository(toast, { path: repository, url: origin, defaultBranch: base });
  const work = { ...want(), branch: `${convoy}/gt/toast/gt-1`, base: head };
  await ensureBranchWorktree(toast, work);
  expect(await runGit(inTree(), "log", "-1", "--format=%s")).toBe("Gathered");
  await commit("b.txt", "two\n");
  expect(await handIn(inTree(), work)).toEqual({ head: forge.git(rig, "rev-parse", work.branch) });
  expect(await saveWork(inTree(), { ...work, reason: "drain" })).toEqual({
    committed: false,
    pushed: false,
    problem: null,
  });
  const sibling = {
    ...work,
    branch: `${convoy}/gt/maple/gt-2`,
    path: join(state, "worktrees", `maple-${count}`, "gt-2"),
  };
  await ensureBranchWorktree(agent(`maple-${count}`, rig), sibling);
  expect(await runGit({ ...toast, cwd: repository }, "rev-parse", "--abbrev-ref", "origin/HEAD")).toBe("origin/main");
});

test("another agent takes over a branch with all that was left on it, but not from one at work", async () => {
  await ensureBranchWorktree(toast, want());
  writeFileSync(join(path, "draft.txt"), "half\n");
  const next = agent(`maple-${count}`, rig);
  const taken = { ...want(), path: join(state, "worktrees", `maple-${count}`, "gt-1") };
  await expect(ensureBranchWorktree(next, { ...taken, inUse: (at) => at === path })).rejects.toThrow(BranchInUseError);
  await ensureBranchWorktree(next, taken);
  expect(readFileSync(join(taken.path, "draft.txt"), "utf8")).toBe("half\n");
});

test("a review worktree shows the commit and nothing of the last review", async () => {
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
  const folder = dirname(path);
  for (const bead of ["gt-2", "gt-3", "gt-4"])
    await ensureBranchWorktree(toast, { ...want(), path: join(folder, bead), branch: `gt/toast/${bead}` });
  writeFileSync(join(folder, "gt-2", "draft.txt"), "half\n");
  await runGit({ ...toast, cwd: join(folder, "gt-3") }, "commit", "--quiet", "--allow-empty", "-m", "Only here");
  await ensureBranchWorktree(toast, want());
  await removeFinishedWorktrees(toast, repository, path);
  expect(readdirSync(folder)).toEqual(["gt-1", "gt-2", "gt-3"]);
});

test("saving commits and pushes what is there, and pushes nothing when nothing is", async () => {
  await ensureBranchWorktree(toast, want());
  const work = { branch, base, reason: "drain" };
  expect(await saveWork(inTree(), work)).toEqual({ committed: false, pushed: false, problem: null });
  expect(forge.git(rig, "branch", "--list", branch)).toBe("");
  writeFileSync(join(path, "draft.txt"), "half\n");
  expect(await saveWork(inTree(), work)).toEqual({ committed: true, pushed: true, problem: null });
  expect(forge.git(rig, "log", "-1", "--format=%s", branch)).toBe("WIP: saved by gastown (drain)");
  expect(await saveWork(inTree(), work)).toEqual({ committed: false, pushed: false, problem: null });
});

test("work that cannot be saved says why", async () => {
  await ensureBranchWorktree(toast, want());
  await runGit(inTree(), "checkout", "--quiet", "--detach");
  expect(await saveWork(inTree(), { branch, base, reason: "drain" })).toMatchObject({
    pushed: false,
    problem: expect.stringContaining("not on branch"),
  });
});

test("gt_done tells what is missing: commits, a clean tree, the branch", async () => {
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
  await ensureBranchWorktree(toast, want());
  await commit("b.txt", "two\n");
  await runGit(inTree(), "config", "remote.origin.url", "http://127.0.0.1:9/gone.git");
  expect(await handIn(inTree(), { branch, base })).toEqual({ todo: expect.stringContaining("could not be pushed") });
  expect(existsSync(path)).toBe(true);
});
