import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectBus, eventStreamInfo, followEvents, provision, publish, type Bus } from "@gastown/bus";
import { buildEnvelope, slingBead } from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { sql } from "@gastown/db/drizzle";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import type { Database } from "./index.ts";
import { logger, openSchema } from "./test/open-schema.ts";
import type { StormOptions } from "./test/storm-worker.ts";

// nats §10 item 1. A replica dies in the middle of its work again and again; what must hold is exact all the same.
const servers = useServers();
const program = fileURLToPath(new URL("test/storm-worker.ts", import.meta.url));
const townCount = 12;
const ackWaitNanos = 1_000_000_000; // a dead replica's commands come back after it
const patienceMs = 100_000; // of a machine that has much else to do
vi.setConfig({ testTimeout: 2 * patienceMs });
// Programs start faster when their compiled code is kept.
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "gastown-compile-cache") };
let bus: Bus;
let manager: JetStreamManager;

beforeAll(async () => {
  bus = await connectBus({ servers: servers.natsUrl, name: "test", inboxPrefix: "_INBOX_test", logger });
  await provision(bus, { logger });
  const connection = await connect({ servers: servers.natsUrl });
  manager = await jetstreamManager(connection);
  for (const name of await shardConsumers())
    await manager.consumers.update("CMD_TOWN", name, { ack_wait: ackWaitNanos });
  return async () => {
    await connection.close();
    await bus.close();
  };
});

async function shardConsumers(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of manager.consumers.list("CMD_TOWN")) names.push(name);
  return names.filter((name) => /^town-\d+$/.test(name));
}

/** One run, with a database and towns of its own. */
interface Storm {
  /** What the names of its towns begin with. */
  prefix: string;
  db: Database;
  worker: Pick<StormOptions, "natsUrl" | "databaseUrl">;
}

async function prepare(prefix: string): Promise<Storm> {
  const databaseUrl = await servers.createDatabase();
  const db = await openSchema(databaseUrl);
  onTestFinished(() => db.close());
  await db.drizzle.execute(sql`create table effects (command text, town text, n int)`);
  return { prefix, db, worker: { natsUrl: servers.natsUrl, databaseUrl } };
}

/** Keeps as many workers running as there are plans; a worker that died is followed by one with its place's next plan. */
function keepRunning(
  storm: Storm,
  plans: Partial<StormOptions>[][],
): { deaths: string[]; kill: (place: number) => void } {
  const deaths: string[] = [];
  const places: ChildProcess[] = [];
  let ending = false;
  const start = (place: number): void => {
    const options: StormOptions = {
      ...storm.worker,
      inbox: true,
      messageId: true,
      dieAfterCommits: null,
      dieAfterPublishes: null,
      ...plans[place]?.shift(),
    };
    const child = spawn(process.execPath, [program, JSON.stringify(options)], {
      stdio: ["ignore", "pipe", "inherit"],
      env,
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.once("close", (code, signal) => {
      if (ending) return;
      deaths.push(said.trim() || `died of ${signal ?? code}`);
      start(place);
    });
    places[place] = child;
  };
  for (const place of plans.keys()) start(place);
  onTestFinished(async () => {
    ending = true;
    for (const child of places) child.kill("SIGKILL");
    await Promise.all(places.filter((child) => child.signalCode === null).map((child) => once(child, "close")));
  });
  return { deaths, kill: (place) => void places[place]?.kill("SIGKILL") };
}

/** Gives each town the same number of commands, every tenth one twice, as a client does that missed its acknowledgement. */
async function sendCommands({ prefix }: Storm, count: number): Promise<Map<string, string[]>> {
  const towns = Array.from({ length: townCount }, (_, i) => `${prefix}${i}`);
  const send = async (town: string): Promise<[string, string[]]> => {
    const ids: string[] = [];
    for (let i = 0; i < count / townCount; i++) {
      const envelope = buildEnvelope(slingBead, { town, data: { bead: "gt-1" }, actor: "user:test", source: "/test" });
      ids.push(envelope.id);
      await publish(bus, slingBead, envelope);
      if (i % 10 === 0) await publish(bus, slingBead, envelope);
    }
    return [town, ids];
  };
  return new Map(await Promise.all(towns.map(send)));
}

/** Resolves when every command was acknowledged and every message was sent. */
function untilQuiet({ db }: Storm): Promise<unknown> {
  const look = async () => {
    let open = 0;
    for (const name of await shardConsumers()) {
      const info = await manager.consumers.info("CMD_TOWN", name);
      open += info.num_pending + info.num_ack_pending;
    }
    const { rows } = await db.drizzle.execute<{ n: number }>(
      sql`select count(*)::int as n from outbox where sent_at is null`,
    );
    return { open, unsent: rows[0]?.n };
  };
  return eventually(async () => expect(await look()).toEqual({ open: 0, unsent: 0 }), { timeoutMs: patienceMs });
}

async function readEffects({ db, prefix }: Storm) {
  const { rows } = await db.drizzle.execute<{ command: string; town: string; n: number }>(
    sql`select * from effects where town like ${`${prefix}%`}`,
  );
  return rows;
}

/** What the stream's events say: their number and command, in its order, by town. */
async function readEvents({ prefix }: Storm): Promise<Map<string, { n: number; command: string | undefined }[]>> {
  const { lastSeq } = await eventStreamInfo(bus);
  const events = new Map<string, { n: number; command: string | undefined }[]>();
  const { signal } = new AbortController();
  for await (const { envelope } of followEvents(bus, { fromSeq: 1, until: lastSeq, signal })) {
    if (!envelope.townid.startsWith(prefix)) continue;
    const { changed } = envelope.data as { changed: { n: number } };
    const ofTown = events.get(envelope.townid) ?? [];
    events.set(envelope.townid, [...ofTown, { n: changed.n, command: envelope.causationid }]);
  }
  return events;
}

const afterCommit = (count: number) => ({ dieAfterCommits: count });
const afterPublish = (count: number) => ({ dieAfterPublishes: count });

test("with replicas dying at the worst moments, each command has one effect and one event, in its town's order", async () => {
  const storm = await prepare("real");
  const { deaths, kill } = keepRunning(storm, [
    [afterCommit(15), afterPublish(20), afterCommit(20)],
    [afterPublish(20), afterCommit(15)],
  ]);
  const sent = await sendCommands(storm, 600);
  await eventually(() => expect(deaths.length).toBeGreaterThanOrEqual(2), { timeoutMs: patienceMs });
  kill(0);
  await untilQuiet(storm);
  expect(deaths.length).toBeGreaterThanOrEqual(4);
  expect(deaths).toContain("died between commit and acknowledgement");
  expect(deaths).toContain("died between publishing and noting it");

  const effects = await readEffects(storm);
  expect(effects).toHaveLength(600);
  const events = await readEvents(storm);
  for (const [town, ids] of sent) {
    const ofTown = effects.filter((effect) => effect.town === town).toSorted((a, b) => a.n - b.n);
    // In the order they were given, each once.
    expect(ofTown.map((effect) => effect.command)).toEqual(ids);
    expect(events.get(town)).toEqual(ids.map((command, i) => ({ n: i + 1, command })));
  }
});

test("control: without the inbox, a command takes effect twice", async () => {
  const storm = await prepare("no-inbox");
  keepRunning(storm, [[{ ...afterCommit(10), inbox: false }, { inbox: false }]]);
  await sendCommands(storm, 36);
  await eventually(async () => expect((await readEffects(storm)).length).toBeGreaterThan(36), {
    timeoutMs: patienceMs,
  });
  await untilQuiet(storm);
});

test("control: without message ids on the relay, an event is in the stream twice", async () => {
  const storm = await prepare("no-id");
  keepRunning(storm, [[{ ...afterPublish(10), messageId: false }, { messageId: false }]]);
  await sendCommands(storm, 36);
  await untilQuiet(storm);
  expect(await readEffects(storm)).toHaveLength(36);
  expect([...(await readEvents(storm)).values()].flat().length).toBeGreaterThan(36);
});
