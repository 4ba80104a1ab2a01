import { spawnSync } from "node:child_process";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useGitRig } from "../test/git-rig.ts";
import { handIn } from "./hand-in.ts";
import { updateRepository } from "./repository.ts";
import { runGit } from "./run-git.ts";
import { ensureBranchWorktree } from "./worktree.ts";

const here = useGitRig();

test("a clone and a push need nothing but the agent's own token, and leave no secret behind", async () => {
  const { forge, state, count, rig, credentialUrl, repository, toast, branch, base, want, inTree, commit } = here();
  await updateRepository(toast, { path: repository, url: credentialUrl, defaultBranch: base });
  await ensureBranchWorktree(toast, want());
  await commit("b.txt", "two\n");
  expect(await handIn(inTree(), { branch, base })).toEqual({ head: forge.git(rig, "rev-parse", branch) });
  expect(forge.git(rig, "log", "-1", "--format=%an %ae", branch)).toBe(`toast-${count} toast-${count}@gastown.local`);
  // grep answers 1 when it finds nothing
  expect(spawnSync("grep", ["-rF", forge.password, state]).status).toBe(1);
});

test("a credential is given for the rig's own repository only", async () => {
  const { forge, access, count, rig, credentialUrl, toast } = here();
  const other = forge.create(`${rig}-other`, { "a.txt": "secret\n" });
  await expect(runGit(toast, "ls-remote", other)).rejects.toThrow(/no credential for that repository/);
  const own = access.find(`Bearer token-toast-${count}`);
  if (own !== null) access.revoke(own);
  await expect(runGit(toast, "ls-remote", credentialUrl)).rejects.toThrow(/belongs to no running agent/);
});

test("a clone that was cut off is completed", async () => {
  const { forge, state, rig, origin, toast, base } = here();
  const half = join(state, "repos", `${rig}-half`);
  await runGit(toast, "init", "--quiet", "--bare", half);
  await updateRepository(toast, { path: half, url: origin, defaultBranch: base });
  expect(await runGit({ ...toast, cwd: half }, "rev-parse", "origin/main")).toBe(forge.git(rig, "rev-parse", "main"));
  expect(await runGit({ ...toast, cwd: half }, "rev-parse", "--abbrev-ref", "origin/HEAD")).toBe("origin/main");
});

test("a lock that a killed git left in the clone does not stop the rig", async () => {
  const { repository, toast, update, clonedElsewhere } = here();
  const other = await clonedElsewhere();
  await runGit(other, "commit", "--quiet", "--allow-empty", "-m", "Newer");
  await runGit(other, "push", "--quiet", "origin", "main");
  const lock = join(repository, "refs/remotes/origin/main.lock");
  writeFileSync(lock, "");
  utimesSync(lock, 0, 0);
  await update();
  expect(await runGit({ ...toast, cwd: repository }, "log", "-1", "--format=%s", "origin/main")).toBe("Newer");
});
