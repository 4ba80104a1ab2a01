import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  describeOnDocker,
  eventually,
  findDockerEngine,
  scriptText,
  startScriptedModel,
  useServers,
  type ScriptedModel,
} from "@gastown/testkit";
import { freePort } from "@gastown/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDispatchTown, type DispatchTown } from "./test/dispatch-town.ts";
import { agentImage, openDockerWorld, type DockerWorld } from "./runtime/test/docker-world.ts";

// An agent server is seconds of processor time, more on a machine that is busy.
const patiently = { timeoutMs: 120_000 };
// Programs beside the services, not parts of one.
const beside = (file: string): string => fileURLToPath(new URL(`../../../deploy/docker/${file}`, import.meta.url));
const programs = { gate: beside("src/gate/main.ts"), guard: beside("src/guard/main.ts") };
const settings = { image: agentImage, memoryMb: 2_048, pids: 1_024, cpus: 2 };

describeOnDocker("a town's container on Docker", await findDockerEngine([agentImage]), (host) => {
  const servers = useServers();
  let town: DispatchTown;
  let docker: DockerWorld;
  let model: ScriptedModel;
  let gateFolder: string;
  let guardPort: number;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    // What is tested is the code of this checkout: an image of it is made in seconds when it has changed.
    const env = { ...process.env, DOCKER_HOST: host };
    await promisify(execFile)(process.execPath, [beside("build-images.mjs"), "agent"], { env });
    town = await openDispatchTown({ natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl });
    docker = await openDockerWorld(host);
    model = await startScriptedModel();
    gateFolder = await mkdtemp(join(tmpdir(), "gate-"));
    guardPort = await freePort();
    const allow = `model.gastown:80=${new URL(model.url).host}`;
    const bus = new URL(servers.natsUrl).host;
    children.push(await startBeside("gate", { GATE_DIR: gateFolder, GATE_NATS: bus, GATE_ALLOW: allow }));
    children.push(
      await startBeside("guard", {
        DOCKER_SOCKET: new URL(host).pathname,
        GUARD_PORT: String(guardPort),
        DISPATCHER_INSTALLATION: docker.installation,
        DISPATCHER_GATE: gateFolder,
        DISPATCHER_IMAGE: settings.image,
        DISPATCHER_MEMORY_MB: String(settings.memoryMb),
        DISPATCHER_PIDS: String(settings.pids),
      }),
    );
  }, 300_000);
  afterAll(async () => {
    await town.close();
    await docker.close();
    await model.close();
    for (const child of children) {
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
    await rm(gateFolder, { recursive: true, force: true });
  }, 120_000);

  function startDispatcher() {
    return town.dispatcher({
      runtime: "docker",
      docker: {
        ...settings,
        engine: `tcp://127.0.0.1:${guardPort}`,
        installation: docker.installation,
        gate: gateFolder,
      },
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
      "echo host=$(cat /proc/$(pgrep -o -f '^/usr/local/lib/gastown/gastown-host')/environ 2>&1 | tr '\\0' ' ')",
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
      HostConfig: {
        NetworkMode: "none",
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        CapAdd: ["CHOWN", "KILL", "SETGID", "SETPCAP", "SETUID"],
      },
    });

    const heard = model.requests
      .flatMap(({ messages }) => messages)
      .map(({ text }) => text)
      .join("\n");
    expect(heard).toMatch(/user=200\d\d net=lo/);
    expect(heard).toContain("outside=403");
    expect(heard).toContain("model=404");
    expect(heard).toMatch(/host=.*Permission denied/);
    // The guard lets nothing pass but what the dispatcher needs.
    const all = await fetch(`http://127.0.0.1:${guardPort}/containers/json?all=true`);
    expect([all.status, await all.text()]).toEqual([403, expect.stringContaining("not about this installation")]);
    expect(town.toldTown("river").map(({ type }) => type)).toContain("town.agent.done");

    await service.close();
    expect(await docker.docker.listContainers({ all: true, filters: { name: [docker.installation] } })).toEqual([]);
  }, 150_000);

  test("a container that the engine kills is told with how it ended, and the agent as lost", async () => {
    const service = await startDispatcher();
    await town.wish("lake", {
      bead: { bead: "gt-9", type: "issue", title: "Wait", body: scriptText([{ hang: true }]) },
      kind: "triage-batch",
    });
    await eventually(() => expect(town.reports("lake")).toEqual(["gt-1/1 running"]), patiently);
    await docker.container("lake-1").kill();
    await eventually(() => expect(town.reports("lake")[1]).toMatch(/^gt-1\/1 exited .*container_lost/), patiently);
    expect(town.events("lake")).toContain("container.stopped");
    await service.close();
  }, 150_000);
});

/** Resolves when the program does its work. */
async function startBeside(name: keyof typeof programs, env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [programs[name]], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const words: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => words.push(String(chunk)));
  await eventually(() => {
    if (child.exitCode !== null) throw new Error(`the ${name} ended: ${words.join("")}`);
    return /the gate is open|the guard stands/.test(words.join(""));
  }, patiently);
  return child;
}
