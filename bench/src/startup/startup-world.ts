import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answer, askContainer, connectBus, provision } from "@gastown/bus";
import { repoCredential, type Job, type StartDetails } from "@gastown/contracts";
import { startNats, startScriptedModel } from "@gastown/testkit";
import { silent } from "../silent.ts";
import { hearStarts } from "./hear-starts.ts";
import { startHostProcess, type HostProcess } from "./host-process.ts";
import type { StartupOptions } from "./options.ts";

/** How a container is begun. */
export interface Boot {
  /** What it is called: one name for each container. */
  name: string;
  stateDir: string;
  /** Whose server is got ready when it begins. */
  prewarm: Job | null;
}

/** A town whose containers and agents are started again and again. */
export interface StartupWorld {
  /** An empty folder. */
  folder(): string;
  /** Begins a container; it has ended at the latest when the world is closed. */
  boot(boot: Boot): HostProcess;
  /** Asks the container for a start; how it went is the answer, when the agent runs. */
  start(job: Job): Promise<StartDetails>;
  /** Where the repository of each rig is, for git. */
  repositories: Map<string, string>;
  close(): Promise<void>;
}

const town = "bench";

/** Starts the bus and the model; containers come as they are asked for. All waiting ends when the signal aborts. */
export async function startStartupWorld(
  { program, bin }: StartupOptions,
  path: string,
  signal: AbortSignal,
): Promise<StartupWorld> {
  const [nats, model] = await Promise.all([startNats(), startScriptedModel({ script: [{ text: "Ready." }] })]);
  const bus = await connectBus({ servers: nats.url, name: "bench", inboxPrefix: "_INBOX_bench", logger: silent });
  await provision(bus, { logger: silent });
  const over = new AbortController();
  const startOf = hearStarts(bus, AbortSignal.any([over.signal, signal]));
  const repositories = new Map<string, string>();
  const credential = { username: "none", password: "none", expiresAt: "2099-01-01T00:00:00.000Z" };
  answer(
    bus,
    repoCredential,
    (_town, { rig }) =>
      Promise.resolve({ seq: null, data: { ...credential, url: repositories.get(rig) ?? "unknown" } }),
    { logger: silent, signal: over.signal },
  );
  const folders: string[] = [];
  const hosts: HostProcess[] = [];
  return {
    repositories,
    folder() {
      const folder = mkdtempSync(join(tmpdir(), "gastown-startup-"));
      folders.push(folder);
      return folder;
    },
    boot({ name, stateDir, prewarm }) {
      const config = {
        town,
        container: name,
        stateDir,
        natsUrl: nats.url,
        inboxPrefix: "_INBOX_container",
        model: { url: model.url, name: "scripted" },
        agentRuntime: program,
        ...(bin !== null && { agentBin: bin }),
        ...(prewarm !== null && { prewarm: { ...prewarm, variables: {} } }),
      };
      const host = startHostProcess(config, path, signal);
      hosts.push(host);
      return host;
    },
    async start(job) {
      await askContainer(bus, town, "start", { ...job, variables: {} });
      return startOf(job);
    },
    async close() {
      // First, while the bus is there to be told of it. One that ended badly was told before, or is not what went wrong first.
      await Promise.allSettled(hosts.map((host) => host.end()));
      over.abort();
      await bus.close();
      await Promise.all([nats.close(), model.close()]);
      for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
