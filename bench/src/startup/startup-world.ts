import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askContainer, connectBus, consumeCommands, provision, type Bus } from "@gastown/bus";
import { reportContainerAgent, type StartDetails } from "@gastown/contracts";
import { startNats, startScriptedModel } from "@gastown/testkit";
import { silent } from "../silent.ts";
import { startHostProcess } from "./host-process.ts";
import { mayorJob } from "./mayor-job.ts";
import type { StartupOptions } from "./options.ts";

/** How a container is begun. */
export interface Boot {
  /** What it is called: one name for each container. */
  name: string;
  stateDir: string;
  /** The mayor's server is got ready when it begins. */
  prewarm: boolean;
}

/** A town with a mayor that is started again and again, each time in a new container. */
export interface StartupWorld {
  /** An empty folder. */
  folder(): string;
  /** Begins a container, starts the mayor in it when that is of use, and ends both; how the start went is the answer. */
  startOnce(boot: Boot): Promise<StartDetails>;
  close(): Promise<void>;
}

const town = "bench";
const startMs = 300_000;

/** How starts went, as their reports tell, by their generation. */
function hearStarts(bus: Bus, signal: AbortSignal): (generation: number) => Promise<StartDetails> {
  const waiting = new Map<number, PromiseWithResolvers<StartDetails>>();
  const startOf = (generation: number): PromiseWithResolvers<StartDetails> => {
    const known = waiting.get(generation) ?? Promise.withResolvers<StartDetails>();
    waiting.set(generation, known);
    return known;
  };
  consumeCommands(bus, {
    owner: "dispatcher",
    service: "dispatcher",
    logger: silent,
    signal,
    handle({ envelope }) {
      if (envelope.type === reportContainerAgent.type) {
        const { generation, state, start, reason } = reportContainerAgent.data.parse(envelope.data);
        if (state === "running" && start !== undefined) startOf(generation).resolve(start);
        else startOf(generation).reject(new Error(reason));
      }
      const command = envelope.id;
      return Promise.resolve({ outcome: "applied", verdict: { command, outcome: "applied" } });
    },
  });
  return async (generation) => {
    const start = startOf(generation);
    const timer = setTimeout(() => start.reject(new Error("the start was not told in time")), startMs);
    try {
      return await start.promise;
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Starts the bus and the model; the containers come one by one. */
export async function startStartupWorld({ program, bin }: StartupOptions, path: string): Promise<StartupWorld> {
  const [nats, model] = await Promise.all([startNats(), startScriptedModel({ script: [{ text: "Ready." }] })]);
  const bus = await connectBus({ servers: nats.url, name: "bench", inboxPrefix: "_INBOX_bench", logger: silent });
  await provision(bus, { logger: silent });
  const over = new AbortController();
  const startOf = hearStarts(bus, over.signal);
  const folders: string[] = [];
  let generation = 0;

  const configOf = ({ name, stateDir, prewarm }: Boot): object => ({
    town,
    container: name,
    stateDir,
    natsUrl: nats.url,
    inboxPrefix: "_INBOX_container",
    model: { url: model.url, name: "scripted" },
    agentRuntime: program,
    ...(bin === null ? {} : { agentBin: bin }),
    ...(prewarm ? { prewarm: { ...mayorJob(generation), variables: {} } } : {}),
  });
  return {
    folder() {
      const folder = mkdtempSync(join(tmpdir(), "gastown-startup-"));
      folders.push(folder);
      return folder;
    },
    async startOnce(boot) {
      generation += 1;
      const host = startHostProcess(configOf(boot), path);
      await host.wrote(boot.prewarm ? "an agent's server is warm" : "container host started");
      await askContainer(bus, town, "start", { ...mayorJob(generation), variables: {} });
      const details = await startOf(generation);
      // What is restored next is what is stored now.
      await host.wrote("a session was stored");
      await host.end();
      return details;
    },
    async close() {
      over.abort();
      await bus.close();
      await Promise.all([nats.close(), model.close()]);
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}
