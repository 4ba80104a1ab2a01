import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually, useServers } from "@gastown/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDispatchTown, smallHost, type DispatchTown } from "./test/dispatch-town.ts";

const servers = useServers();
const processes: ChildProcess[] = [];
let world: DispatchTown;
beforeAll(async () => {
  world = await openDispatchTown({ natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl });
});
afterAll(async () => {
  for (const child of processes) child.kill("SIGKILL");
  await world.close();
});

function startProcess(): ChildProcess {
  const env = {
    PATH: process.env["PATH"],
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
    NATS_URL: servers.natsUrl,
    DATABASE_URL: servers.databaseUrl,
    DISPATCHER_STATE_DIR: world.stateDir,
    DISPATCHER_CONTAINER_PROGRAM: smallHost,
    MODEL_URL: "http://127.0.0.1:9/v1",
    MODEL_NAME: "none",
    LOG_LEVEL: "error",
  };
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "ignore", "inherit"] });
  processes.push(child);
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  const exited = once(child, "exit");
  child.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}

const reports = (expected: string[]) =>
  eventually(() => expect(world.reports("river")).toEqual(expected), { timeoutMs: 30_000 });

test("a dispatcher process that is killed -9 leaves its containers at work; the next one adopts them, and ends when asked", async () => {
  const first = startProcess();
  await world.wish("river");
  await reports(["gt-1/1 running"]);
  await end(first, "SIGKILL");

  const second = startProcess();
  await world.wish("river", { agent: "gt-2", generation: 1 });
  await reports(["gt-1/1 running", "gt-2/1 running"]);
  expect(await world.did("river")).toEqual(["boot river-1", "start gt-1/1", "start gt-2/1"]);
  expect(await end(second, "SIGTERM")).toBe(0);
  expect(await world.recorded()).toEqual(["river-1"]);
});
