import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectBus, provision } from "@gastown/bus";
import { addRig, closeBead, createBead, createTown } from "@gastown/contracts";
import { start as startDispatcher } from "@gastown/dispatcher";
import { start as startGateway } from "@gastown/gateway";
import { start as startScm } from "@gastown/scm";
import { freePort } from "@gastown/service";
import { eventually } from "@gastown/testkit";
import { start as startTown } from "@gastown/town";
import { inFlight, numberFrom, type Ground } from "../contender.ts";
import { order } from "../found-town.ts";
import { say } from "../run-bench.ts";
import { silent } from "../silent.ts";

/** All four services in this process, with towns that were at work and are not any more. */
export interface RestingWorld {
  /** Makes so many towns; each has had a container, which was stopped since nobody used it. */
  settle(towns: number): Promise<void>;
  close(): Promise<void>;
}

const host = "127.0.0.1";
/** Short, so that the measurement does not wait for it; the product waits five minutes. */
const idleStopMs = 500;
const patient = { timeoutMs: 120_000 };
/** Towns that are taken through their work at the same time. */
const atOnce = 4;
const smallHost = fileURLToPath(new URL("../../../services/dispatcher/src/test/small-host.ts", import.meta.url));

/** Starts them; nothing is in them yet. */
export async function openRestingWorld(ground: Ground): Promise<RestingWorld> {
  const { natsUrl, databaseUrl, client } = ground;
  const folder = await mkdtemp(join(tmpdir(), "gastown-resting-"));
  const bus = await connectBus({ servers: natsUrl, name: "bench", inboxPrefix: "_INBOX_bench", logger: silent });
  await provision(bus, { logger: silent });
  const services = await startServices({ natsUrl, databaseUrl }, folder);
  const source = makeSource(folder);

  async function work(town: string): Promise<void> {
    await order(bus, createTown, { town, data: { name: town } });
    await order(bus, addRig, { town, data: { rig: "web", prefix: "gt", source } });
    const { bead } = await order(bus, createBead, { town, data: { rig: "web", title: "Do something" } });
    const running = `select count(*) as n from dispatcher.agent_observed where town = $1 and state = 'running'`;
    await eventually(async () => (await numberFrom(client, running, [town])) === 1, patient);
    await order(bus, closeBead, { town, data: { bead: String(bead) } });
    const stopped = `select count(*) as n from dispatcher.containers where town = $1 and state = 'stopped' and generation = 1`;
    await eventually(async () => (await numberFrom(client, stopped, [town])) === 1, patient);
  }
  return {
    async settle(towns) {
      const names = Array.from({ length: towns }, (_, n) => `rest-${n + 1}`);
      let done = 0;
      await inFlight(names, atOnce, async (town) => {
        await work(town);
        done += 1;
        if (done % 10 === 0) say(`${done} of ${towns} towns have worked and rest`);
      });
    },
    async close() {
      for (const service of services.toReversed()) await service.close();
      await bus.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startServices(shared: { natsUrl: string; databaseUrl: string }, folder: string) {
  const options = { logger: silent, signal: new AbortController().signal };
  const container = { agentRuntime: "opencode", modelUrl: "http://127.0.0.1:9/v1", modelName: "none" } as const;
  return Promise.all([
    startTown(shared, options),
    startScm(
      {
        ...shared,
        host,
        port: await freePort(),
        reposDir: join(folder, "forge"),
        tokenSecret: "s".repeat(32),
      },
      options,
    ),
    startDispatcher(
      {
        ...shared,
        runtime: "process",
        stateDir: join(folder, "agents"),
        containerProgram: smallHost,
        container,
        limits: { idleStopMs, idleStopAgainMs: 0 },
      },
      options,
    ),
    startGateway(
      {
        ...shared,
        host,
        port: await freePort(),
        bootstrapToken: "bench-admin-token-0123456789",
        secretKey: "5e".repeat(32),
      },
      options,
    ),
  ]);
}

/** A bare repository with one commit on `main`. */
function makeSource(folder: string): string {
  const path = join(folder, "source");
  const identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org"];
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", path]);
  execFileSync("git", [...identity, "commit", "--quiet", "--allow-empty", "--message=The first commit"], { cwd: path });
  return path;
}
