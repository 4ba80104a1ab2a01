import { execFile } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { eventually } from "@gastown/testkit";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gitEnvironment, writeGitIdentity } from "../git/git-identity.ts";
import { updateClone, updateRepository } from "../git/repository.ts";
import { runGit } from "../git/run-git.ts";
import { ensureBranchWorktree } from "../git/worktree.ts";
import { statePaths, type StatePaths } from "../state-paths.ts";
import { longMs, startWorld, type World } from "../test/world.ts";

vi.setConfig({ testTimeout: longMs, hookTimeout: longMs });
const patiently = { timeoutMs: longMs };
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** An agent's places after it has worked in the rig, with a commit that is `pushed`, or is not. */
async function haveWorked(paths: StatePaths, agent: string, { pushed }: { pushed: boolean }): Promise<void> {
  const url = world.forge.folder("app");
  const identity = { home: paths.home(agent), name: agent, email: `${agent}@gastown.local` };
  writeGitIdentity({ ...identity, credentials: { url: "http://127.0.0.1:9", token: "t" }, trusted: [] });
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...gitEnvironment(identity) };
  const git = { user: null, cwd: "/", env, signal: AbortSignal.timeout(longMs), timeoutMs: 60_000 };
  const store = paths.store("app").repository;
  await updateRepository(git, { path: store, url, defaultBranch: "main" });
  const repository = paths.clone(agent, "app");
  await updateClone(git, { path: repository, url, defaultBranch: "main", store });
  const [path, branch] = [paths.worktree(agent, `${agent}0`), `gt/${agent}/${agent}0`];
  const place = { ...git, cwd: path };
  await ensureBranchWorktree(git, { repository, path, branch, base: "main", mustExist: false, inUse: () => false });
  await runGit(place, "commit", "--quiet", "--allow-empty", "-m", "Work");
  if (pushed) await runGit(place, "push", "--quiet", "origin", branch);
  write(join(paths.own(agent), "server-0.log"), "it said\n");
}

/** Who has anything left here. */
function left({ roots }: StatePaths): Record<string, string[]> {
  const { agents, worktrees, clones } = roots;
  const named = { agents, worktrees, clones: join(clones, "app") };
  return Object.fromEntries(Object.entries(named).map(([name, folder]) => [name, readdirSync(folder).toSorted()]));
}

test("what agents that are gone for good left is removed, but for work that is nowhere else, and for nobody else", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "gastown-state-"));
  const paths = statePaths(stateDir);
  await haveWorked(paths, "gt-1", { pushed: true });
  await haveWorked(paths, "gt-7", { pushed: true });
  await haveWorked(paths, "gt-8", { pushed: false });
  // It sat at a desk, and its programs made what cannot be written to.
  write(join(paths.desk("gt-5"), "notes.md"), "read\n");
  write(join(paths.home("gt-5"), "cache/module/file"), "");
  // A host was killed while it removed these.
  write(join(`${paths.worktrees("gt-6")}.gone`, "gt-60/half.txt"), "");
  write(join(`${paths.clone("gt-6", "app")}.gone`, "HEAD"), "");
  const all = left(paths);

  // Who does not know who there is takes nobody for gone.
  const deaf = await world.startContainer("delta", { stateDir });
  await eventually(() => expect(deaf.log()).toContain("whether agents are gone is not known"), patiently);
  expect(left(paths)).toEqual(all);
  await deaf.kill9();

  world.agents = (town) => (town === "delta" ? ["gt-1"] : null);
  const host = await world.startContainer("delta", { stateDir, container: "delta-2" });
  const kept = ["gt-1", "gt-8"];
  await eventually(() => expect(left(paths)).toEqual({ agents: kept, worktrees: kept, clones: kept }), patiently);
  await eventually(() => expect(host.log()).toMatch(/"agent":"gt-8".*stays: it is nowhere else/), patiently);
  expect(host.log()).not.toMatch(/"agent":"gt-1".*an agent that is gone/);
  expect(existsSync(paths.store("app").repository)).toBe(true);
  expect(existsSync(join(paths.worktree("gt-8", "gt-80"), "a.txt"))).toBe(true);
});

// As in a container (deploy/docker/agent-entry.sh): a host that is not root, and may become others.
const power = "+chown,+kill,+setgid,+setuid";
const asHost = [
  "--reuid=1000",
  "--regid=1000",
  "--clear-groups",
  `--inh-caps=-all,${power}`,
  `--ambient-caps=${power}`,
];
const may = process.getuid?.() === 0 && existsSync("/usr/bin/setpriv");

test.runIf(may)("a host that may not touch what is its agents' own removes it all the same", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "gastown-state-"));
  chmodSync(stateDir, 0o711);
  chownSync(stateDir, 1000, 1000);
  const program = fileURLToPath(new URL("../test/clearing-host.ts", import.meta.url));
  const args = [...asHost, "--no-new-privs", "--", process.execPath, program, stateDir];
  const env = { PATH: process.env["PATH"] };
  const { stderr } = await promisify(execFile)("/usr/bin/setpriv", args, { cwd: "/", env, timeout: longMs });
  expect(stderr).toContain("gt-8 is not on the forge");
  expect(left(statePaths(stateDir))).toEqual({ agents: ["gt-8"], worktrees: ["gt-8"], clones: ["gt-8"] });
  rmSync(stateDir, { recursive: true });
});
