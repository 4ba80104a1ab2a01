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
  /** Timers of the services and their libraries that fired, by the file that set them; not the benchmark's own. */
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

/** The pools of the services close what was not used for ten. */
const restSeconds = 11;

async function storedIn(manager: JetStreamManager): Promise<number> {
  let messages = 0;
  for await (const { state } of manager.streams.list()) messages += state.last_seq;
  return messages;
}

/**
 * All that was set going has come to rest: nothing waits to be sent, and no service has asked Postgres anything for longer than its
 * pool keeps a connection. What happens from now on happens by itself.
 */
async function rest({ client }: Ground): Promise<void> {
  const unsent = ["town", "dispatcher", "scm"].map(
    (schema) => `(select count(*) from ${schema}.outbox where sent_at is null)`,
  );
  const asked = `(select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
    and state_change > clock_timestamp() - interval '${restSeconds} seconds')`;
  await eventually(async () => (await numberFrom(client, `select ${[...unsent, asked].join(" + ")} as n`)) === 0, {
    timeoutMs: 120_000,
    message: "the services did not come to rest",
  });
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

/** How many there are more than without any town, each by its name: what became fewer makes up for nothing. */
function more(resting: Readonly<Record<string, number>>, without: Readonly<Record<string, number>>): number {
  return Object.entries(resting).reduce((all, [name, n]) => all + Math.max(0, n - (without[name] ?? 0)), 0);
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
    `| more than without towns, over all files | | ${more(resting.timers, without.timers)} |`,
    "",
    "Timers that repeat fire once more or less in the time, as it happens to begin.",
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
