import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tellAgentRescue } from "@gastown/contracts";
import { eventually, scriptText } from "@gastown/testkit";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { polecatJob } from "./test/polecat-job.ts";
import { bash, isAsleep, longMs, processesOf, startWorld, type World } from "./test/world.ts";

vi.setConfig({ testTimeout: 2 * longMs, hookTimeout: longMs });
const patiently = { timeoutMs: longMs };
let world: World;

beforeAll(async () => {
  world = await startWorld();
  // Not gt-9, which was removed since.
  world.agents = () => ["gt-1"];
});
afterAll(() => world.close());

/** What an agent that never comes back had on a branch when its host was killed. */
function leaveWork(stateDir: string, branch: string): void {
  const worktree = join(stateDir, "worktrees/gt-9/gt-90");
  const clone = join(stateDir, "clones/app/gt-9");
  cpSync(join(stateDir, "clones/app/gt-1"), clone, { recursive: true });
  for (const own of ["worktrees", "refs/heads/gt"]) rmSync(join(clone, own), { recursive: true });
  execFileSync("git", ["worktree", "add", "-q", "--no-track", "-b", branch, worktree, "origin/main"], { cwd: clone });
  writeFileSync(join(worktree, "maple.txt"), "nearly done\n");
}

test("a killed host leaves nothing behind its successor, brings their work to the forge, and a drained one saves and pushes all work, once", async () => {
  const first = await world.startContainer("beta");
  const job = polecatJob("gt-1", scriptText([bash("echo half > draft.txt; sleep 2341")]));
  await first.start(job);
  await eventually(() => isAsleep(first.home("gt-1"), 2341), patiently);
  await first.kill9();
  expect(processesOf(first.home("gt-1")).length).toBeGreaterThan(1);
  writeFileSync(join(first.stateDir, "clones/app/gt-1/worktrees/gt-10/index.lock"), "");
  leaveWork(first.stateDir, "gt/maple/gt-90");

  const second = await world.startContainer("beta", { stateDir: first.stateDir, container: "beta-2" });
  await eventually(() => expect(processesOf(first.home("gt-1"))).toEqual([]), patiently);
  await second.start({
    ...job,
    generation: 2,
    bead: { ...job.bead, body: scriptText([bash("cat draft.txt; git status --short; sleep 2342")]) },
  });
  await eventually(() => isAsleep(first.home("gt-1"), 2342), patiently);
  expect(world.forge.git("app", "show", "gt/maple/gt-90:maple.txt")).toBe("nearly done");
  const told = () => world.commands.filter(({ type, townid }) => type === tellAgentRescue.type && townid === "beta");
  const place = { rig: "app", agent: "gt-9", bead: "gt-90", branch: "gt/maple/gt-90", pushedTo: "gt/maple/gt-90" };
  const head = world.forge.git("app", "rev-parse", place.branch);
  // Told beside the start, which does not wait for that.
  const rescue = { ...place, head, why: "recovered", at: expect.any(String), container: "beta-2" };
  await eventually(() => expect(told().map(({ data }) => data)).toEqual([rescue]), patiently);
  // Nobody misses what it had here now.
  const kept = () => ["clones/app/gt-9", "worktrees/gt-9"].filter((path) => existsSync(join(first.stateDir, path)));
  await eventually(() => expect(kept()).toEqual([]), patiently);
  // Ctrl-C under a supervisor: two signals, and both mean the same.
  second.process.kill("SIGTERM");
  second.process.kill("SIGINT");
  const [code] = (await once(second.process, "exit")) as [number | null];
  expect(code).toBe(0);
  await eventually(() => expect(second.reports("gt-1", 2)).toEqual(["running: ", "exited: saved"]), patiently);
  await eventually(() => expect(processesOf(first.home("gt-1"))).toEqual([]), patiently);
  expect(world.forge.git("app", "show", "--format=%s", "--name-only", job.branch)).toBe(
    "WIP: saved by gastown (drained)\n\ndraft.txt",
  );
  expect(world.forge.git("app", "rev-list", "--count", `main..${job.branch}`)).toBe("1");
  // What it wrote last is in the file when this process has read it.
  await eventually(() => expect(second.log()).toContain('"msg":"drained"'), patiently);
  expect(second.log().match(/"msg":"draining"/g)).toHaveLength(1);
  expect(second.log().match(/"msg":"an agent's work was saved"/g)).toHaveLength(1);
});
