import {
  commandStream,
  connectBus,
  followEvents,
  listDeadLetters,
  newEnvelope,
  provision,
  publish,
  publishRaw,
  sendCommand,
  type Bus,
} from "@gastown/bus";
import * as contracts from "@gastown/contracts";
import type { Command, Envelope, Verdict } from "@gastown/contracts";
import { connectDatabase, type Database } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import type { RunningService } from "@gastown/service";
import { createLogger } from "@gastown/telemetry";
import { eventually, useServers } from "@gastown/testkit";
import { start } from "@gastown/town";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shardOf } from "../../libs/bus/src/shard-of.ts";

/** R3 in the running system: the town service on a real nats-server and a real Postgres, restarted in the middle. */

const servers = useServers();
const silent = createLogger("test", { level: "silent" });
const ended = new AbortController();
/** What the town service logged, warnings and worse. */
const logged: { level: string; msg: string; [field: string]: unknown }[] = [];
const logger = createLogger("town", {
  level: "warn",
  destination: { write: (line: string) => void logged.push(JSON.parse(line)) },
});
const events: Envelope[] = [];
let bus: Bus;
let db: Database;
let town: RunningService;
let nats: Awaited<ReturnType<typeof connect>>;

const startTown = () =>
  start({ natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl }, { logger, signal: ended.signal });

beforeAll(async () => {
  bus = await connectBus({ servers: servers.natsUrl, name: "test", inboxPrefix: "_INBOX_test", logger: silent });
  await provision(bus, { logger: silent });
  nats = await connect({ servers: servers.natsUrl, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  town = await startTown();
  db = await connectDatabase({ url: servers.databaseUrl, schema: "town", name: "test", logger: silent });
});

afterAll(async () => {
  await town.close();
  await db.close();
  ended.abort();
  await nats.close();
  await bus.close();
});

type Input<C extends Command> = C["data"]["_zod"]["input"];

function envelopeOf<C extends Command>(id: string, command: C, data: Input<C>) {
  return newEnvelope(command, { town: id, data, actor: "user:ann", source: "/test" });
}

/** Publishes without waiting for a verdict; answers the command's id. */
async function queue<C extends Command>(id: string, command: C, data: Input<C>): Promise<string> {
  const envelope = envelopeOf(id, command, data);
  await publish(bus, command, envelope);
  return envelope.id;
}

async function send<C extends Command>(id: string, command: C, data: Input<C>): Promise<Verdict> {
  return sendCommand(bus, command, envelopeOf(id, command, data), { timeoutMs: 30_000 });
}

async function found(id: string): Promise<void> {
  await send(id, contracts.createTown, { name: id });
  await send(id, contracts.addRig, { rig: "web", prefix: "gt", source: "/src/web" });
}

/** How long a town's command takes from its sending to its verdict, in milliseconds. */
async function ask(id: string): Promise<number> {
  const begin = performance.now();
  expect(await send(id, contracts.updateTown, { name: id })).toMatchObject({ outcome: "applied" });
  return performance.now() - begin;
}

async function create(id: string, title = "Do it"): Promise<string> {
  const verdict = await send(id, contracts.createBead, { rig: "web", title, held: true });
  expect(verdict).toMatchObject({ outcome: "applied" });
  return String(verdict.result?.["bead"]);
}

/** A town of another name in the same shard, or in another one. */
function townBeside(id: string, same: boolean): string {
  for (let n = 0; ; n += 1) {
    const name = `${same ? "same" : "other"}-${n}`;
    if ((shardOf(name, 32) === shardOf(id, 32)) === same) return name;
  }
}

/** How often commands of a town's shard were handed out, and how many of them wait. */
async function shardOfTown(id: string) {
  const manager = await jetstreamManager(nats);
  const info = await manager.consumers.info(commandStream("town"), `town-${shardOf(id, 32)}`);
  const { delivered, num_redelivered: redelivered, num_pending: waiting, num_ack_pending: unsettled } = info;
  return { delivered: delivered.consumer_seq, redelivered, left: waiting + unsettled };
}

async function drained(id: string): Promise<void> {
  await eventually(async () => expect((await shardOfTown(id)).left).toBe(0), { timeoutMs: 200_000 });
}

/** The verdicts of these commands as they are stored, and how many have each. */
async function outcomes(commands: readonly string[]): Promise<Record<string, number>> {
  const { rows } = await db.drizzle.execute<{ outcome: string; n: number }>(sql`
    select outcome, count(*)::int as n from inbox where msg_id = any(${sql.param(commands)}::text[]) group by outcome`);
  return Object.fromEntries(rows.map(({ outcome, n }) => [outcome, n]));
}

const warned = (msg: string) => logged.filter((line) => line.msg === msg);
const terminalText = "command can never succeed, settled as processed";
const retryText = "a command is tried again";

/** Sorted milliseconds, as a person reads them. */
function told(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => `${Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)} ms`;
  return `${sorted.length} commands, median ${at(0.5)}, 95 % within ${at(0.95)}, slowest ${at(1)}`;
}

const print = (text: string) => void process.stdout.write(`${text}\n`);

describe("messages about what does not exist any more (R3)", () => {
  const victim = "victim";
  const other = townBeside(victim, false);
  let bead: string;

  it("are settled at the first delivery after everything was restarted, those that were queued too", async () => {
    await found(victim);
    await found(other);
    bead = await create(victim);
    const child = await send(victim, contracts.createBead, { rig: "web", title: "Child", parent: bead, held: true });
    await town.close();
    const before: string[] = [];
    const late: string[] = [];
    for (let n = 0; n < 20; n += 1)
      before.push(await queue(victim, contracts.updateBead, { bead, title: `Title ${n}` }));
    const removal = await queue(victim, contracts.deleteBeads, { beads: [bead] });
    for (let n = 0; n < 20; n += 1) late.push(await queue(victim, contracts.updateBead, { bead, title: `Late ${n}` }));
    late.push(await queue(victim, contracts.closeBead, { bead: String(child.result?.["bead"]) }));

    await servers.nats.restart();
    town = await startTown();
    await drained(victim);
    expect(await outcomes([...before, removal])).toEqual({ applied: 21 });
    expect(await outcomes(late)).toEqual({ "terminal:bead_not_found": 21 });
    expect(warned(terminalText).map(({ command }) => command)).toEqual(late);
    expect(warned(retryText)).toEqual([]);
  });

  it(
    "1,000 of them are delivered once each, warned of once each, never retried, and hold up no other town",
    { timeout: 300_000 },
    async () => {
      const alone = [];
      for (let n = 0; n < 20; n += 1) alone.push(await ask(other));
      const begin = await shardOfTown(victim);
      logged.length = 0;
      const following = new AbortController();
      void (async () => {
        for await (const { envelope } of followEvents(bus, { fromSeq: 1, signal: following.signal }))
          events.push(envelope);
      })();

      const fact = {
        url: "http://forge/1",
        head: "1".repeat(40),
        branch: "b",
        base: "main",
        mergeCommit: null,
        causes: [],
      };
      const pull = { ...fact, rig: "web", number: 1, state: "ready" as const, since: new Date().toISOString() };
      const about = [
        () => queue(victim, contracts.updateBead, { bead, title: "Again" }),
        () => queue(victim, contracts.closeBead, { bead }),
        () => queue(victim, contracts.slingBead, { bead }),
        () => queue(victim, contracts.raiseEscalation, { bead, title: "Help" }),
        () => queue(victim, contracts.reportPull, { ...pull, bead, revision: 1 }),
      ];
      const floodBegin = performance.now();
      const one = (n: number) => about[n % about.length]?.() ?? Promise.resolve("");
      const unsent = new Set(Array.from({ length: 1000 }, (_, n) => n));
      const sending = Promise.all([...unsent].map((n) => one(n).finally(() => unsent.delete(n))));
      const beside: number[] = [];
      // While the victim's shard is busy the other town's commands are answered.
      while (beside.length < 100 && (unsent.size > 0 || (await shardOfTown(victim)).left > 0))
        beside.push(await ask(other));
      const commands = await sending;
      await drained(victim);
      const took = performance.now() - floodBegin;

      expect(new Set(commands).size).toBe(1000);
      const end = await shardOfTown(victim);
      expect(end).toEqual({ delivered: begin.delivered + 1000, redelivered: 0, left: 0 });
      expect(await outcomes(commands)).toEqual({ "terminal:bead_not_found": 1000 });
      // As many as there are different ones: each once.
      expect(new Set(warned(terminalText).map(({ command }) => command))).toEqual(new Set(commands));
      expect(logged).toHaveLength(1000);
      const mine = new Set(commands);
      const rejected = () =>
        events
          .filter(({ type }) => type === contracts.commandRejected.type)
          .map(({ data }) => (data as { command: string }).command)
          .filter((command) => mine.has(command));
      await eventually(() => expect(rejected()).toHaveLength(1000));
      following.abort();
      expect(new Set(rejected()).size).toBe(1000);
      expect((await listDeadLetters(bus, { limit: 10 })).items).toEqual([]);
      expect(beside.length).toBeGreaterThan(1);
      print(`R3: 1,000 messages about a deleted bead settled in ${Math.round(took)} ms, 1,000 deliveries, 0 retries`);
      print(`R3: another town alone: ${told(alone)}; beside it: ${told(beside)}`);
    },
  );
});

describe("a message that always fails (R3)", () => {
  const sick = "poison";
  const neighbour = townBeside(sick, true);
  const other = townBeside(sick, false);

  it("holds up its shard for its back-off at most, and no other shard", async () => {
    await found(sick);
    await found(neighbour);
    await found(other);
    logged.length = 0;
    await db.drizzle.execute(sql`
      create function town.refuse_poison() returns trigger language plpgsql as
      $$ begin if new.title = 'poison' then raise exception 'poison'; end if; return new; end $$`);
    await db.drizzle.execute(
      sql`create trigger poison before insert on town.beads for each row execute function town.refuse_poison()`,
    );
    const poison = await queue(sick, contracts.createBead, { rig: "web", title: "poison", held: true });
    const waiting = ask(neighbour);
    const beside: number[] = [];
    while (warned(retryText).length < 2) beside.push(await ask(other));
    await db.drizzle.execute(sql`drop trigger poison on town.beads`);
    const waited = await waiting;

    const backOff = warned(retryText).reduce((sum, { delay }) => sum + Number(delay), 0);
    expect(await outcomes([poison])).toEqual({ applied: 1 });
    // A third time when the machine was too slow to cure it before that.
    const deliveries = warned(retryText).map((line) => line["deliveries"]);
    expect(deliveries).toEqual(deliveries.map((_, at) => at + 1));
    expect(beside.length).toBeGreaterThan(1);
    // Besides the handling of each delivery and its own, each as slow as this machine was meanwhile.
    const handling = (deliveries.length + 2) * Math.max(...beside);
    expect(waited).toBeLessThan(backOff + 2_000 + handling);
    print(
      `R3: a failing message was tried again after ${backOff} ms in all; its neighbour waited ${Math.round(waited)} ms`,
    );
    print(`R3: a town in another shard meanwhile: ${told(beside)}`);
  });

  it("becomes a dead letter at once when nobody can read it", async () => {
    const subject = `cmd.town.${sick}.bead.create`;
    await publishRaw(bus, { subject, body: "not JSON", id: "garbage-1" });
    await publishRaw(bus, {
      subject,
      body: JSON.stringify({ ...envelopeOf(sick, contracts.createBead, { rig: "web", title: "x" }), data: 5 }),
      id: "garbage-2",
    });
    await create(neighbour);
    const letters = await eventually(async () => {
      const { items } = await listDeadLetters(bus, { limit: 10 });
      expect(items).toHaveLength(2);
      return items;
    });
    expect(letters.map(({ code, deliveries, town: of }) => ({ code, deliveries, of }))).toEqual([
      { code: "invalid_data", deliveries: 1, of: sick },
      { code: "undecodable", deliveries: 1, of: sick },
    ]);
  });
});
