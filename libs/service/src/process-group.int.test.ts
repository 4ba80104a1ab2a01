import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@gastown/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAlive, killGroup, startGroup, type ProcessRecord } from "./process-group.ts";
import { findProcess } from "./process-table.ts";

let folder: string;
const started: ProcessRecord[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gastown-group-"));
});
afterEach(async () => {
  for (const record of started.splice(0)) await killGroup(record, { graceMs: 0 });
  await rm(folder, { recursive: true });
});

/** Runs a shell script as a group. */
function start(script: string, options: { stdin?: string; stdout?: "pipe" } = {}) {
  const group = startGroup({
    command: "sh",
    args: ["-c", script],
    cwd: folder,
    env: { PATH: process.env["PATH"] },
    ...options,
  });
  started.push(group.record);
  return group;
}
/** The pid a script wrote into a file. */
function pidIn(file: string): Promise<number> {
  return eventually(async () => Number(await readFile(join(folder, file), "utf8")) || null);
}
async function lives(pid: number): Promise<boolean> {
  const row = await findProcess(pid);
  return row !== null && !row.zombie;
}

test("a group gets its input, its own environment, and is alive until it ends", async () => {
  const { record, child } = start('read line; echo "$line $HOME"', { stdin: "secret\n", stdout: "pipe" });
  const [output] = (await once(child.stdout ?? child, "data")) as [Buffer];
  expect(output.toString()).toBe("secret \n");
  await eventually(async () => expect(await isAlive(record)).toBe(false));
});

test("a program that is not there is an error that says what to check", () => {
  expect(() => startGroup({ command: "/no/such/program", args: [], cwd: folder, env: {} })).toThrow(
    "cannot start /no/such/program",
  );
});

test("all of a group are asked to end, and may end well", async () => {
  const { record } = start('trap "echo saved > saved; exit 0" TERM; echo $$ > ready; while :; do sleep 0.05; done');
  await pidIn("ready");
  expect(await isAlive(record)).toBe(true);
  await killGroup(record, { graceMs: 10_000 });
  expect(await isAlive(record)).toBe(false);
  expect(await readFile(join(folder, "saved"), "utf8")).toBe("saved\n");
});

test("those that do not end when asked are killed", async () => {
  const { record } = start('trap "" TERM; sleep 600 & echo $! > child; wait');
  const child = await pidIn("child");
  await killGroup(record, { graceMs: 100 });
  expect([await isAlive(record), await lives(child)]).toEqual([false, false]);
});

test("members that outlive the first process are killed, also those that left the group", async () => {
  const { record, child } = start("sleep 600 & echo $! > stayed; setsid sleep 600 & echo $! > left; wait");
  const [stayed, left] = [await pidIn("stayed"), await pidIn("left")];
  const gone = once(child, "exit");
  process.kill(record.pid, "SIGKILL");
  await gone;
  expect([await isAlive(record), await lives(stayed), await lives(left)]).toEqual([false, true, true]);
  // As a later run of the program would have it.
  const stored = JSON.parse(JSON.stringify(record)) as ProcessRecord;
  await killGroup(stored, { graceMs: 0 });
  expect([await lives(stayed), await lives(left)]).toEqual([false, false]);
});

test("a group inside a group is killed with it, even when what started it is dead", async () => {
  const inner = new URL("process-group.ts", import.meta.url).href;
  const program = `import { startGroup } from ${JSON.stringify(inner)};
    const { record } = startGroup({ command: "sleep", args: ["600"], cwd: ".", env: { PATH: process.env.PATH } });
    (await import("node:fs")).writeFileSync("inner", String(record.pid));`;
  const { record, child } = startGroup({
    command: process.execPath,
    args: ["--input-type=module", "-e", program],
    cwd: folder,
    env: { PATH: process.env["PATH"] },
  });
  started.push(record);
  const pid = await pidIn("inner");
  if (child.exitCode === null) await once(child, "exit");
  expect(await lives(pid)).toBe(true);
  await killGroup(record, { graceMs: 0 });
  expect(await lives(pid)).toBe(false);
});

test("a process that only got the same number is left alone", async () => {
  const { record } = start("sleep 600");
  const old = { ...record, startedAt: "1@another-boot", mark: undefined };
  expect(await isAlive(old)).toBe(false);
  await killGroup(old, { graceMs: 0 });
  expect(await isAlive(record)).toBe(true);
});

test("killing what is gone does nothing", async () => {
  const { record, child } = start("exit 0");
  if (child.exitCode === null) await once(child, "exit");
  await killGroup(record, { graceMs: 1_000 });
  await expect(killGroup(record, { graceMs: 0 })).resolves.toBeUndefined();
});
