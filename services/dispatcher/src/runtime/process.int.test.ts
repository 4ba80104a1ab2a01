import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isAlive, killGroup, type ProcessRecord } from "@gastown/service";
import { createLogger } from "@gastown/telemetry";
import { eventually } from "@gastown/testkit";
import { expect, test } from "vitest";
import { describeContainerRuntime, type RuntimeHarness } from "./container-runtime.suite.ts";
import { createProcessRuntime } from "./process.ts";

const program = fileURLToPath(new URL("./test/small-container.ts", import.meta.url));
const logger = createLogger("test", { level: "silent" });

async function processHarness(): Promise<RuntimeHarness & { stateDir: string }> {
  const stateDir = await mkdtemp(join(tmpdir(), "gastown-runtime-"));
  const path = process.env["PATH"] ?? "";
  const agents: ProcessRecord[] = [];
  const note = async (town: string): Promise<void> => {
    const record = await readIfThere(join(stateDir, town, "run", "gt-1.json"));
    if (record !== "" && !agents.some(({ pid }) => record.includes(`"pid":${pid},`))) {
      agents.push(JSON.parse(record) as ProcessRecord);
    }
  };
  const elsewhere = await mkdtemp(join(tmpdir(), "gastown-runtime-"));
  return {
    stateDir,
    holds: false,
    openOther: () => createProcessRuntime({ stateDir: elsewhere, program, path, logger, onEnded: () => {} }),
    open: (onEnded) => createProcessRuntime({ stateDir, program, path, logger, onEnded }),
    async crash({ name }) {
      const record = await readFile(join(stateDir, "_containers", `${name}.json`), "utf8");
      process.kill((JSON.parse(record) as { process: ProcessRecord }).process.pid, "SIGKILL");
    },
    async told(town) {
      await note(town);
      const text = await readIfThere(join(stateDir, town, "told.txt"));
      return text.split("\n").filter((line) => line !== "");
    },
    async agentsAlive(town) {
      await note(town);
      const alive = await Promise.all(agents.map(isAlive));
      return alive.filter(Boolean).length;
    },
    async close() {
      const records = await readdir(join(stateDir, "_containers"));
      for (const file of records) {
        const record = JSON.parse(await readFile(join(stateDir, "_containers", file), "utf8")) as {
          process: ProcessRecord;
        };
        await killGroup(record.process, { graceMs: 0 });
      }
      await Promise.all(agents.map((agent) => killGroup(agent, { graceMs: 0 })));
      for (const folder of [stateDir, elsewhere]) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

describeContainerRuntime("process", processHarness);

test("its configuration is seen by nobody: not in arguments, environment or files; nothing of ours is inherited", async () => {
  const harness = await processHarness();
  const runtime = await harness.open(() => {});
  const config = JSON.stringify({ password: "correct-horse" });
  await runtime.start({ name: "river-1", town: "river", generation: 1, config });
  await eventually(async () => expect(await harness.told("river")).toEqual(["started"]));

  const record = await readFile(join(harness.stateDir, "_containers", "river-1.json"), "utf8");
  const { pid } = (JSON.parse(record) as { process: ProcessRecord }).process;
  const environment = await readFile(`/proc/${pid}/environ`, "utf8");
  const names = environment
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => line.split("=")[0])
    // Where Node keeps what it compiled; there when these tests were told so.
    .filter((name) => name !== "NODE_COMPILE_CACHE");
  expect(names.toSorted((a = "", b = "") => a.localeCompare(b))).toEqual(["GASTOWN_GROUP", "HOME", "LANG", "PATH"]);
  expect(environment + record + (await readFile(`/proc/${pid}/cmdline`, "utf8"))).not.toContain("correct-horse");
  expect((await readdir(join(harness.stateDir, "_containers"))).join()).toBe("river-1.json");
  await harness.close();
});

test("an agent whose record was cut off is found through its container", async () => {
  const harness = await processHarness();
  const runtime = await harness.open(() => {});
  await runtime.start({ name: "river-1", town: "river", generation: 1, config: "{}" });
  await eventually(async () => expect(await harness.told("river")).toEqual(["started"]));
  expect(await harness.agentsAlive("river")).toBe(1);
  await rm(join(harness.stateDir, "river", "run", "gt-1.json"));
  await runtime.kill("river-1");
  expect(await harness.agentsAlive("river")).toBe(0);
  await harness.close();
});

test("the logs of a town's last five containers are kept", async () => {
  const harness = await processHarness();
  const runtime = await harness.open(() => {});
  for (let generation = 1; generation <= 7; generation++) {
    await runtime.start({ name: `river-${generation}`, town: "river", generation, config: `{"exit":0}` });
    await runtime.kill(`river-${generation}`);
  }
  const logs = await readdir(join(harness.stateDir, "_logs"));
  // Pruned before each start, so that the newest comes on top.
  expect(logs.toSorted()).toEqual([2, 3, 4, 5, 6, 7].map((generation) => `river-${generation}.log`));
  await harness.close();
});
