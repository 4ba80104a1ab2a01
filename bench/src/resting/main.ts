// npm run bench:resting: what towns cost that nobody uses.
import { setTimeout as wait } from "node:timers/promises";
import { jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { eventually } from "@gastown/testkit";
import { numberFrom, type Ground } from "../contender.ts";
import { describeMachine, type Machine } from "../machine.ts";
import { runBench, say } from "../run-bench.ts";
import { inGround, startServers } from "../servers.ts";
import { help, readRestingOptions, type RestingOptions } from "./options.ts";
import { openRestingWorld } from "./resting-world.ts";
import { watchTimers, type TimerWatch } from "./timer-watch.ts";

/** What was counted in the time. */
interface Counted {
  readonly towns: number;
  /** Containers that are not stopped. */
  readonly containers: number;
  /** Statements of all services, by their text. */
  readonly statements: Readonly<Record<string, number>>;
  /** Messages on subjects of ours, and messages that were stored in streams. */
  readonly messages: number;
  /** What else went over NATS: the consumers of the shards ask for the next command, as they do without any town. */
  readonly keepAlives: number;
  /** Timers that fired, by the file that set them. */
  readonly timers: Readonly<Record<string, number>>;
}

interface Result {
  readonly machine: Machine;
  readonly seconds: number;
  readonly without: Counted;
  readonly resting: Counted;
}

interface Watch {
  readonly ground: Ground;
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly timers: TimerWatch;
  readonly seconds: number;
}

const ourRoots = new Set(["cmd", "evt", "qry", "verdict", "out", "hook", "dlq", "container", "snap", "term"]);

async function storedIn(manager: JetStreamManager): Promise<number> {
  let messages = 0;
  for await (const { state } of manager.streams.list()) messages += state.last_seq;
  return messages;
}

/** All that was set going has come to rest: nothing is due within the time that is watched but what towns wait for anyway. */
async function rest({ client }: Ground): Promise<void> {
  const unsent = ["town", "dispatcher", "scm"].map(
    (schema) => `(select count(*) from ${schema}.outbox where sent_at is null)`,
  );
  await eventually(async () => (await numberFrom(client, `select ${unsent.join(" + ")} as n`)) === 0, {
    timeoutMs: 60_000,
  });
  await wait(5_000);
}

async function count({ ground, connection, manager, timers, seconds }: Watch, towns: number): Promise<Counted> {
  const { client } = ground;
  await rest(ground);
  const heard = { ours: 0, others: 0 };
  const watching = connection.subscribe(">", {
    callback: (_, { subject }) => void (ourRoots.has(subject.split(".")[0] ?? "") ? heard.ours++ : heard.others++),
  });
  const stored = await storedIn(manager);
  await client.query("select pg_stat_statements_reset()");
  Object.assign(heard, { ours: 0, others: 0 });
  timers.take();
  await wait(seconds * 1_000);
  const fired = timers.take();
  const { rows } = await client.query<{ query: string; calls: string }>(`
    select query, calls from pg_stat_statements
    where dbid = (select oid from pg_database where datname = current_database()) and query not like '%pg_stat_statements%'`);
  watching.unsubscribe();
  return {
    towns,
    containers: await numberFrom(client, "select count(*) as n from dispatcher.containers where state <> 'stopped'"),
    statements: Object.fromEntries(rows.map(({ query, calls }) => [query.replaceAll(/\s+/g, " "), Number(calls)])),
    messages: heard.ours + (await storedIn(manager)) - stored,
    keepAlives: heard.others,
    timers: fired,
  };
}

async function measure({ towns, seconds }: RestingOptions): Promise<Result> {
  const timers = watchTimers();
  const servers = await startServers();
  try {
    return await inGround(servers, async (ground) => {
      await ground.client.query("create extension pg_stat_statements");
      const world = await openRestingWorld(ground);
      const connection = await connect({ servers: ground.natsUrl });
      try {
        const watch = { ground, connection, manager: await jetstreamManager(connection), timers, seconds };
        say(`watching no town for ${seconds} s`);
        const without = await count(watch, 0);
        await world.settle(towns);
        say(`watching ${towns} towns for ${seconds} s`);
        const resting = await count(watch, towns);
        return { machine: describeMachine(servers.versions), seconds, without, resting };
      } finally {
        await connection.close();
        await world.close();
      }
    });
  } finally {
    timers.close();
    await servers.close();
  }
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, n) => all + n, 0);

function toText({ machine, seconds, without, resting }: Result): string {
  const row = (name: string, of: (counted: Counted) => number) => `| ${name} | ${of(without)} | ${of(resting)} |`;
  const names = [...new Set([...Object.keys(without.timers), ...Object.keys(resting.timers)])].toSorted();
  return [
    `${machine.cpu}, ${machine.cores} cores; Node ${machine.node}, nats-server ${machine.nats}, Postgres ${machine.postgres}; ${machine.at}`,
    "",
    `| in ${seconds} s | no town | ${resting.towns} towns |`,
    "|---|---|---|",
    row("containers", ({ containers }) => containers),
    row("statements", ({ statements }) => sum(statements)),
    row("messages of ours", ({ messages }) => messages),
    row("keep-alives of NATS", ({ keepAlives }) => keepAlives),
    row("timers that fired", ({ timers }) => sum(timers)),
    ...names.map((name) => row(`... set in ${name}`, ({ timers }) => timers[name] ?? 0)),
    "",
    ...Object.entries(resting.statements).map(([query, calls]) => `${calls} x ${query}`),
  ].join("\n");
}

async function main(): Promise<void> {
  const options = readRestingOptions(process.argv.slice(2));
  if (options === null) return void process.stdout.write(help);
  const result = await measure(options);
  process.stdout.write(`${options.json ? JSON.stringify(result, null, 2) : toText(result)}\n`);
}

await runBench(help, main);
