import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  eventually,
  findDockerEngine,
  scriptText,
  startScriptedModel,
  useServers,
  type ScriptedModel,
} from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDispatchTown, type DispatchTown } from "./test/dispatch-town.ts";
import { agentImage, openDockerWorld, type DockerWorld } from "./runtime/test/docker-world.ts";

const engine = await findDockerEngine([agentImage]);
// An agent server is seconds of processor time, more on a machine that is busy.
const patiently = { timeoutMs: 120_000 };
// Programs beside the services, not parts of one.
const beside = (file: string): string => fileURLToPath(new URL(`../../../deploy/docker/${file}`, import.meta.url));
const gateProgram = beside("src/gate/main.ts");

if (engine.host === null) describe("a town's container on Docker", () => test.skip(`SKIPPED: ${engine.missing}`));
else describeTown(engine.host);

function describeTown(host: string): void {
  const servers = useServers();
  let town: DispatchTown;
  let docker: DockerWorld;
  let model: ScriptedModel;
  let gateFolder: string;
  let gate: ChildProcess;

  beforeAll(async () => {
    // What is tested is the code of this checkout: an image of it is made in seconds when it has changed.
    const env = { ...process.env, DOCKER_HOST: host };
    await promisify(execFile)(process.execPath, [beside("build-images.mjs"), "agent"], { env });
    town = await openDispatchTown({ natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl });
    docker = await openDockerWorld(host, { image: agentImage, program: undefined, memoryMb: 2_048, pids: 1_024, cpus: 2 });
    model = await startScriptedModel();
    gateFolder = await mkdtemp(join(tmpdir(), "gate-"));
    gate = await startGate(gateFolder, {
      GATE_NATS: new URL(servers.natsUrl).host,
      GATE_ALLOW: `model.gastown:80=${new URL(model.url).host}`,
    });
  }, 300_000);
  afterAll(async () => {
    await town.close();
    await docker.close();
    await model.close();
    gate.kill("SIGTERM");
    if (gate.exitCode === null) await once(gate, "exit");
    await rm(gateFolder, { recursive: true, force: true });
  }, 120_000);

  function startDispatcher() {
    return town.dispatcher({
      runtime: "docker",
      docker: { ...docker.settings, gate: gateFolder, tmpMb: 256 },
      containerProgram: undefined,
      container: { agentRuntime: "opencode", modelUrl: "http://model.gastown/v1", modelName: "scripted" },
      stopContainersOnClose: true,
      stopGraceMs: 20_000,
    });
  }

  test("an agent works in a container that has nothing but the gate, and nothing of it is left when the dispatcher closes", async () => {
    const service = await startDispatcher();
    const look = [
      "echo user=$(id -u) net=$(ls /sys/class/net | tr '\\n' ' ')",
      "echo outside=$(curl -sS -m 5 -o /dev/null -w '%{http_code}' http://example.org/ 2>&1)",
      "echo model=$(curl -sS -m 5 -o /dev/null -w '%{http_code}' http://model.gastown/nothing 2>&1)",
      "echo host=$(cat /proc/$(pgrep -f agent/entry.ts | tail -1)/environ 2>&1 | tail -1)",
    ].join("; ");
    const body = scriptText([
      { tool: "bash", args: { command: look, description: "Looks around" } },
      { tool: "gt_done", args: { summary: "Looked around." } },
      { text: "Done." },
    ]);
    await town.wish("river", {
      kind: "triage-batch",
      bead: { bead: "gt-9", type: "issue", title: "Look around", body },
    });
    await eventually(() => expect(town.reports("river")).toEqual(["gt-1/1 running", "gt-1/1 exited done"]), patiently);
    expect(await town.containers("river")).toMatchObject([{ container: "river-1", state: "running" }]);
    expect(await docker.container("river-1").inspect()).toMatchObject({
      HostConfig: { NetworkMode: "none", ReadonlyRootfs: true, CapDrop: ["ALL"] },
    });

    const heard = model.requests.flatMap(({ messages }) => messages).map(({ text }) => text).join("\n");
    expect(heard).toContain("user=1000 net=lo");
    expect(heard).toContain("outside=403");
    expect(heard).toContain("model=404");
    expect(heard).toMatch(/host=.*Permission denied/);
    expect(town.toldTown("river").map(({ type }) => type)).toContain("town.agent.done");

    await service.close();
    expect(await docker.docker.listContainers({ all: true, filters: { name: [docker.installation] } })).toEqual([]);
  }, 150_000);

  test("a container that the engine kills is told with how it ended, and the agent as lost", async () => {
    const service = await startDispatcher();
    await town.wish("lake", { bead: { bead: "gt-9", type: "issue", title: "Wait", body: scriptText([{ hang: true }]) }, kind: "triage-batch" });
    await eventually(() => expect(town.reports("lake")).toEqual(["gt-1/1 running"]), patiently);
    await docker.container("lake-1").kill();
    await eventually(() => expect(town.reports("lake")[1]).toMatch(/^gt-1\/1 exited .*container_lost/), patiently);
    expect(town.events("lake")).toContain("container.stopped");
    await service.close();
  }, 150_000);
}

/** Resolves when the gate is open. */
async function startGate(folder: string, env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [gateProgram], {
    env: { PATH: process.env["PATH"], GATE_DIR: folder, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const words: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => words.push(String(chunk)));
  await eventually(() => {
    if (child.exitCode !== null) throw new Error(`the gate ended: ${words.join("")}`);
    return words.join("").includes("the gate is open");
  }, patiently);
  return child;
}
