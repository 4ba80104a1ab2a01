import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordOf } from "@gastown/service";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AlreadyRunningError, lockState } from "./lock.ts";
import { openStateDir, type StateDir } from "./state-dir.ts";

let state: StateDir;
beforeEach(async () => {
  state = await openStateDir(await mkdtemp(join(tmpdir(), "gastown-lock-")));
});
afterEach(() => rm(state.path, { recursive: true, force: true }));

test("a state folder is one process's until it gives it back", async () => {
  const unlock = await lockState(state);
  await expect(lockState(state)).rejects.toThrow(AlreadyRunningError);
  await expect(lockState(state)).rejects.toThrow(`pid ${process.pid}`);
  await unlock();
  await (
    await lockState(state)
  )();
  expect(await readdir(state.path)).toEqual(["lock.2"]);
});

test("the lock of a process that was killed is taken over", async () => {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  await writeFile(state.file("lock.7"), JSON.stringify(recordOf(child.pid ?? 0, "gastown up")));
  await expect(lockState(state)).rejects.toThrow(`kill ${child.pid}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  await (
    await lockState(state)
  )();
});

test("of many that want a lock left behind, one gets it", async () => {
  await writeFile(state.file("lock.7"), JSON.stringify({ pid: 2 ** 22, startedAt: "never", command: "gone" }));
  for (let round = 0; round < 20; round += 1) {
    const got = await Promise.allSettled(Array.from({ length: 20 }, () => lockState(state)));
    const unlocks = got.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(unlocks).toHaveLength(1);
    for (const unlock of unlocks) await unlock();
  }
  expect(await readdir(state.path)).toEqual(["lock.27"]);
});
