import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  ask,
  connectBus,
  consumeCommands,
  followEvents,
  newEnvelope,
  provision,
  sendCommand,
  tellVerdict,
  type Bus,
} from "@gastown/bus";
import {
  listContainers,
  lookAtAgent,
  listPlaces,
  noTown,
  reportAgent,
  reportModel,
  reportNudge,
  startAgent,
  stopAgent,
  type AgentSeen,
  type Command,
  type DataOf,
  type Event,
  type Envelope,
  type MayorJob,
  type ReplyOf,
  type Verdict,
  type WorkerJob,
} from "@gastown/contracts";
import { connectDatabase } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import { killGroup, type ProcessRecord, type RunningService } from "@gastown/service";
import { createLogger } from "@gastown/telemetry";
import type { DispatcherConfig } from "../config.ts";
import { aJob } from "../domain/test/builders.ts";
import { start } from "../wiring.ts";

const logger = createLogger("test", { level: process.env["TEST_LOG_LEVEL"] ?? "silent" });

/** The program of containers in tests. */
export const smallHost = fileURLToPath(new URL("small-host.ts", import.meta.url));

/** A dispatcher among its neighbours: a real NATS and Postgres, the test in the place of the town, small hosts in its containers. */
export interface DispatchTown {
  /** Where containers, their records and logs are. */
  readonly stateDir: string;
  /** Starts a dispatcher; a second one is a replica, or a restart when the first one was closed. */
  dispatcher(over?: Partial<DispatcherConfig>): Promise<RunningService>;
  /** Wishes a start, as the town does. */
  wish(town: string, job?: Partial<WorkerJob> | MayorJob): Promise<Verdict>;
  unwish(town: string, agent?: string, generation?: number): Promise<Verdict>;
  send<C extends Command>(command: C, town: string, data: DataOf<C>): Promise<Verdict>;
  /** What the dispatcher told the town's service, oldest first. */
  toldTown(town: string): Envelope[];
  /** The reports among them, as `gt-1/1 running`. */
  reports(town: string): string[];
  /** The events, as `agent.started`. */
  events(town: string): string[];
  /** What the events of a kind say. */
  eventData<E extends Event>(town: string, event: E): DataOf<E>[];
  /** What it told of nudges, as `n-1 delivered`. */
  nudges(town: string): string[];
  /** How often the town's hosts were asked to say what is not said yet. */
  asks(town: string): Promise<number>;
  /** What it told of models, as `gt-1/1 wished m2 has m2`, with why it failed. */
  models(town: string): string[];
  /** How an agent is, as its host says. */
  look(town: string, agent: string): Promise<AgentSeen | null>;
  /** All that is stored of the town's agents, as text. */
  stored(town: string): Promise<string>;
  containers(town: string): Promise<{ container: string; state: string; agents: { agent: string; state: string }[] }[]>;
  /** The caps and the queue, as the town sees them. */
  placesOf(town: string): Promise<ReplyOf<typeof listContainers>["places"]>;
  /** The installation's places for containers. */
  places(): Promise<ReplyOf<typeof listPlaces>>;
  /** What containers of the town did. */
  did(town: string): Promise<string[]>;
  /** Sends a signal to the town's container program, and to nothing else. */
  signal(town: string, signal: NodeJS.Signals): Promise<void>;
  /** Names of containers with a record. */
  recorded(): Promise<string[]>;
  /** Its dispatchers are closed, and of no town a process, a record or a row is left: what one test began costs the next nothing. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openDispatchTown(urls: { natsUrl: string; databaseUrl: string }): Promise<DispatchTown> {
  const stateDir = await mkdtemp(join(tmpdir(), "gastown-dispatcher-"));
  const stop = new AbortController();
  const bus: Bus = await connectBus({ servers: urls.natsUrl, name: "test", inboxPrefix: "_INBOX_test", logger });
  await provision(bus, { logger });
  const told: Envelope[] = [];
  const happened: Envelope[] = [];
  const town = consumeCommands(bus, {
    owner: "town",
    service: "town",
    handle: ({ envelope }) => {
      // As an inbox does it: what was told is told once, however often it is delivered.
      if (!told.some(({ id }) => id === envelope.id)) told.push(envelope);
      tellVerdict(bus, "town", envelope.townid, { command: envelope.id, outcome: "applied" });
      return Promise.resolve({ outcome: "applied" });
    },
    logger,
    signal: stop.signal,
  });
  const following = (async () => {
    for await (const { envelope } of followEvents(bus, { fromSeq: 1, signal: stop.signal })) {
      happened.push(envelope);
    }
  })();
  const db = await connectDatabase({ url: urls.databaseUrl, schema: "dispatcher", name: "test", logger });
  const services: RunningService[] = [];
  const records = async (): Promise<{ container: string; town: string; process: ProcessRecord }[]> => {
    const names = await readdir(join(stateDir, "_containers")).catch(() => []);
    const files = names.filter((name) => name.endsWith(".json"));
    const texts = await Promise.all(files.map((name) => readFile(join(stateDir, "_containers", name), "utf8")));
    return texts.map((text) => JSON.parse(text) as { container: string; town: string; process: ProcessRecord });
  };
  const clear = async (): Promise<void> => {
    await Promise.all(services.splice(0).map((service) => service.close()));
    await Promise.all((await records()).map((record) => killGroup(record.process, { graceMs: 0 })));
    await rm(join(stateDir, "_containers"), { recursive: true, force: true });
    await db.drizzle.execute(sql`truncate agent_wishes, agent_observed, agent_nudges, agent_models, containers`);
  };
  const send: DispatchTown["send"] = (command, id, data) => {
    const envelope = newEnvelope(command, { town: id, data, actor: "service:town", source: "/town" });
    return sendCommand(bus, command, envelope, { timeoutMs: 30_000 });
  };
  return {
    stateDir,
    async dispatcher(over = {}) {
      const { container, ...rest } = over;
      const config: DispatcherConfig = {
        ...urls,
        runtime: "process",
        stateDir,
        containerProgram: smallHost,
        container: { agentRuntime: "opencode", modelUrl: "http://127.0.0.1:9/v1", modelName: "none", ...container },
        stopGraceMs: 30_000,
        ...rest,
      };
      const service = await start(config, { logger, signal: stop.signal });
      let closed: Promise<void> | undefined;
      const once = { ...service, close: () => (closed ??= service.close()) };
      services.push(once);
      return once;
    },
    send,
    wish: (id, job = {}) =>
      send(startAgent, id, job.role === "mayor" ? job : { ...aJob(job.agent, job.generation), ...job }),
    unwish: (id, agent = "gt-1", generation = 1) => send(stopAgent, id, { agent, generation, reason: "bead closed" }),
    toldTown: (id) => told.filter(({ townid }) => townid === id),
    reports: (id) =>
      told
        .filter(({ townid, type }) => townid === id && type === reportAgent.type)
        .map(({ data }) => data as DataOf<typeof reportAgent>)
        .map(({ agent, generation, state, reason }) => `${agent}/${generation} ${state} ${reason}`.trim()),
    nudges: (id) =>
      told
        .filter(({ townid, type }) => townid === id && type === reportNudge.type)
        .map(({ data }) => data as DataOf<typeof reportNudge>)
        .map(({ nudge, state, reason }) => `${nudge} ${state} ${reason}`.trim()),
    models: (id) =>
      told
        .filter(({ townid, type }) => townid === id && type === reportModel.type)
        .map(({ data }) => data as DataOf<typeof reportModel>)
        .map(({ agent, generation, wished, model, failure }) =>
          `${agent}/${generation} wished ${wished} has ${model} ${failure ?? ""}`.trim(),
        ),
    look: async (id, agent) =>
      (await ask(bus, lookAtAgent, { town: id, data: { agent }, timeoutMs: 15_000 })).data.seen,
    async asks(id) {
      const query = sql`select coalesce(sum(asks), 0)::int as asks from agent_nudges where town = ${id}`;
      return (await db.drizzle.execute<{ asks: number }>(query)).rows[0]?.asks ?? 0;
    },
    async stored(id) {
      const { rows } = await db.drizzle.execute<{ row: string }>(sql`
        select wish::text as row from agent_wishes as wish where town = ${id}
        union all select agent::text from agent_observed as agent where town = ${id}
        union all select nudge::text from agent_nudges as nudge where town = ${id}
        union all select model::text from agent_models as model where town = ${id}
        union all select mayor::text from containers where town = ${id} and mayor is not null`);
      return rows.map(({ row }) => row).join("\n");
    },
    events: (id) => happened.filter(({ townid }) => townid === id).map(({ type }) => type.replace("dispatcher.", "")),
    eventData: <E extends Event>(id: string, event: E) =>
      happened.filter(({ townid, type }) => townid === id && type === event.type).map(({ data }) => data as DataOf<E>),
    containers: async (id) => (await ask(bus, listContainers, { town: id, data: {} })).data.containers,
    placesOf: async (id) => (await ask(bus, listContainers, { town: id, data: {} })).data.places,
    places: async () => (await ask(bus, listPlaces, { town: noTown, data: {} })).data,
    async did(id) {
      const text = await readFile(join(stateDir, id, "told.txt"), "utf8").catch(() => "");
      return text.split("\n").filter((line) => line !== "");
    },
    async signal(id, signal) {
      for (const record of await records()) if (record.town === id) process.kill(record.process.pid, signal);
    },
    recorded: async () => (await records()).map(({ container }) => container),
    clear,
    async close() {
      await clear();
      stop.abort();
      await Promise.all([town.done, following]);
      await bus.close();
      await db.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
