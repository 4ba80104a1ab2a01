import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ask, connectBus, type Bus } from "@gastown/bus";
import { lookAtRuntime, noTown } from "@gastown/contracts";
import { killGroup, startGroup, type ProcessRecord } from "@gastown/service";
import { createLogger } from "@gastown/telemetry";
import { eventually, useServers } from "@gastown/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDispatchTown, type DispatchTown } from "./test/dispatch-town.ts";

const servers = useServers();
let world: DispatchTown;
let bus: Bus;
const started: ProcessRecord[] = [];

beforeAll(async () => {
  const { natsUrl } = servers;
  world = await openDispatchTown({ natsUrl, databaseUrl: servers.databaseUrl });
  const logger = createLogger("test", { level: "silent" });
  bus = await connectBus({ servers: natsUrl, name: "doctor", inboxPrefix: "_INBOX_doctor", logger });
  await world.dispatcher();
  await world.wish("alpha");
  await eventually(() => (world.reports("alpha").includes("gt-1/1 running") ? true : null));
});
afterAll(async () => {
  for (const record of started) await killGroup(record, { graceMs: 0 });
  await bus.close();
  await world.close();
});

/** A process that lives in an agent's home. */
async function plantProcess(town: string, agent: string): Promise<ProcessRecord> {
  const home = join(world.stateDir, town, "agents", agent, "home");
  await mkdir(home, { recursive: true });
  const { record } = startGroup({
    command: "sleep",
    args: ["987"],
    cwd: home,
    env: { PATH: "/bin:/usr/bin", HOME: home },
  });
  started.push(record);
  return record;
}

test("programs are tried, and what nobody wants is told: not what a town's agents are at", async () => {
  await plantProcess("alpha", "gt-1");
  const stray = await plantProcess("alpha", "gt-9");
  const lost = await plantProcess("gone", "gt-2");
  const at = new Date().toISOString();
  const ghost = { container: "ghost-1", town: "ghost", generation: 1, at, process: lost };
  await writeFile(join(world.stateDir, "_containers", "ghost-1.json"), JSON.stringify(ghost));

  const { data } = await ask(bus, lookAtRuntime, { town: noTown, data: {}, timeoutMs: 150_000 });
  expect(data.orphans.map(({ kind, town, name }) => `${kind} ${town} ${name}`).toSorted()).toEqual([
    "container ghost ghost-1",
    `process alpha gt-9, process ${stray.pid}`,
    `process gone gt-2, process ${lost.pid}`,
  ]);
  expect(data).toMatchObject({
    dependencies: { nats: { connected: true }, postgres: { connected: true } },
    containers: 2,
    model: true,
  });
  expect(data.runtimes).toContainEqual(expect.objectContaining({ runtime: "process", chosen: true, usable: true }));
  expect(data.programs).toContainEqual(
    expect.objectContaining({
      program: "opencode",
      chosen: true,
      found: "installed",
      version: "1.18.33",
      usable: true,
    }),
  );
});
