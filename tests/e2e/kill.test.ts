import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { answered, createClient, settled } from "@gastown/client";
import { demoTasks, eventually, type ScriptedModel, startScriptedModel } from "@gastown/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  endsWith,
  type GastownProcess,
  killHard,
  makeStateFolder,
  processesOf,
  serverFile,
  startGastown,
} from "./gastown-process.ts";

let state: Awaited<ReturnType<typeof makeStateFolder>>;
let model: ScriptedModel;
const processes: GastownProcess[] = [];
beforeEach(async () => {
  state = await makeStateFolder();
  // Slow enough that there is something to kill, and outside of what is killed, as a real model is.
  model = await startScriptedModel({ delayMs: 800 });
});
afterEach(async () => {
  for (const one of processes.splice(0)) killHard(one.child.pid ?? 0);
  await state.remove();
  await model.close();
});

function startDemo(): GastownProcess {
  const env = { GASTOWN_MODEL_URL: model.url, GASTOWN_MODEL: "scripted" };
  const one = startGastown(["demo", "--state", state.path], env);
  processes.push(one);
  return one;
}

async function api() {
  const { url, token } = await serverFile(state.path);
  return createClient({ url, token }).http;
}
const town = { path: { town: "demo" } };

/** The work items. */
async function beads() {
  const { data } = await answered(
    (await api()).GET("/v1/towns/{town}/beads", { params: { ...town, query: { type: ["issue"] } } }),
  );
  return data.items;
}

async function allClosed(): Promise<void> {
  expect((await beads()).map(({ status }) => status)).toEqual(["closed", "closed"]);
}

/** Waits until an agent does something: the model is asked more than it had been. */
async function untilAtWork(): Promise<void> {
  const before = model.requests.length;
  await eventually(() => expect(model.requests.length).toBeGreaterThan(before + 1), { timeoutMs: 90_000 });
}

async function killOne(what: RegExp): Promise<void> {
  const found = (await processesOf(state.path)).find(({ command }) => what.test(command));
  expect(found, `a process like ${what}`).toBeDefined();
  killHard(found?.pid ?? 0);
}

async function natsPid(): Promise<number> {
  const kept = JSON.parse(await readFile(join(state.path, "nats.json"), "utf8")) as { record: { pid: number } };
  return kept.record.pid;
}

test("kill -9 of an agent, a container host, the server and nats-server: every bead is merged, once", async () => {
  let demo = startDemo();
  await eventually(beads, { timeoutMs: 60_000 });
  // The default waits half a minute before a bead is tried again.
  const policy = { dispatchCooldownMs: [500], askAgainMs: 5_000 };
  await settled((await api()).PATCH("/v1/towns/{town}", { params: town, body: { policy } }));

  await untilAtWork();
  await killOne(/opencode/);

  await untilAtWork();
  await killOne(/container\/src\/main\.ts/);

  await untilAtWork();
  killHard(demo.child.pid ?? 0);
  await demo.ended;
  demo = startDemo();
  await eventually(beads, { timeoutMs: 60_000 });

  await untilAtWork();
  const pid = await natsPid();
  killHard(pid);
  await eventually(async () => expect(await natsPid()).not.toBe(pid), { timeoutMs: 30_000 });

  await eventually(allClosed, { timeoutMs: 150_000 }).catch((cause: unknown) => {
    throw new Error(processes.map(({ output }) => output()).join("\n"), { cause });
  });
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: join(state.path, "forge/demo/sample.git"), encoding: "utf8" })
      .trim()
      .split("\n");
  expect(git("log", "--merges", "--format=%H", "main")).toHaveLength(2);
  const work = git("log", "--no-merges", "--format=%s", "main");
  for (const { commit } of Object.values(demoTasks))
    expect(work.filter((subject) => subject === commit)).toHaveLength(1);
  demo.child.kill("SIGINT");
  await endsWith(0, demo);
  expect(await processesOf(state.path)).toEqual([]);
}, 400_000);
