import { connectBus, provision } from "@gastown/bus";
import { connect } from "@nats-io/transport-node";
import { jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import { eventually } from "@gastown/testkit";
import type { Client } from "pg";
import { expectNumber, numberFrom } from "./contender.ts";
import { cpuSecondsOf } from "./cpu-seconds.ts";
import { foundTown } from "./found-town.ts";
import { inGround, type Servers } from "./servers.ts";
import { silent } from "./silent.ts";
import { startTown } from "./start-town.ts";

const townCount = 10_000;
/** Longer than anything that was set going takes to come to rest. */
const restMs = 5_000;

/** What 10,000 towns with nothing to do cost in a time. */
export interface IdleCost {
  readonly towns: number;
  readonly seconds: number;
  /** Statements the service ran. */
  readonly queries: number;
  /** Messages on subjects of ours, and messages that were stored in streams. */
  readonly messages: number;
  /** What else went over NATS: the shards' consumers ask for the next command, as they do without any town. */
  readonly keepAlives: number;
  /** Processor time of the service, in milliseconds. */
  readonly cpuMs: number;
}

export function measureIdle(servers: Servers, seconds: number): Promise<IdleCost> {
  return inGround(servers, async (ground) => {
    const { natsUrl, client } = ground;
    await client.query("create extension pg_stat_statements");
    const bus = await connectBus({ servers: natsUrl, name: "bench", inboxPrefix: "_INBOX_bench", logger: silent });
    await provision(bus, { logger: silent });
    const service = await startTown(ground, bus);
    await foundTown(bus, "idle-0");
    await bus.close();
    const connection = await connect({ servers: natsUrl });
    try {
      await rest(client);
      await multiply(client);
      const manager = await jetstreamManager(connection);
      await new Promise((resolve) => setTimeout(resolve, restMs));
      const heard = { ours: 0, others: 0 };
      const watching = connection.subscribe(">", {
        callback: (_, message) => void (isOurs(message.subject) ? heard.ours++ : heard.others++),
      });
      const stored = await storedIn(manager);
      Object.assign(heard, { ours: 0, others: 0 });
      const cpuBefore = cpuSecondsOf(service.pid);
      await client.query("select pg_stat_statements_reset()");
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      const { rows } = await client.query<{ n: string; texts: string | null }>(serviceQueries);
      const queries = Number(rows[0]?.n);
      if (queries > 0) process.stderr.write(`queries of idle towns: ${rows[0]?.texts}\n`);
      const cpuMs = (cpuSecondsOf(service.pid) - cpuBefore) * 1_000;
      watching.unsubscribe();
      const keepAlives = heard.others;
      const messages = heard.ours + (await storedIn(manager)) - stored;
      return { towns: townCount, seconds, queries, messages, keepAlives, cpuMs };
    } finally {
      await connection.close();
      await service.stop();
    }
  });
}

const ourRoots = new Set(["cmd", "evt", "qry", "verdict", "out", "hook", "dlq", "container"]);

function isOurs(subject: string): boolean {
  return ourRoots.has(subject.split(".")[0] ?? "");
}

const serviceQueries = `
  select coalesce(sum(calls), 0) as n, string_agg(query, '; ') as texts from pg_stat_statements
  where dbid = (select oid from pg_database where datname = current_database()) and query not like '%pg_stat_statements%'`;

async function storedIn(manager: JetStreamManager): Promise<number> {
  let messages = 0;
  for await (const { state } of manager.streams.list()) messages += state.last_seq;
  return messages;
}

/** The rules have asked the forge for the rig of the first town, and wait for an answer: what makes it due again is taken away. */
async function rest(client: Client): Promise<void> {
  await eventually(
    async () => {
      const asked = await numberFrom(client, "select count(*) as n from town.rigs where asked_at is not null");
      expectNumber("rigs that were asked for", asked, 1);
    },
    { timeoutMs: 60_000 },
  );
  await client.query("update town.rigs set state = 'ready', default_branch = 'main'");
  await client.query("update town.towns set next_look_at = null");
}

async function multiply(client: Client): Promise<void> {
  const ids = Array.from({ length: townCount - 1 }, (_, i) => `idle-${i + 1}`);
  for (const table of ["towns", "rigs"]) {
    await client.query(
      `insert into town.${table}
       select copy.* from town.${table} as pattern cross join unnest($1::text[]) as made (town)
       cross join lateral jsonb_populate_record(pattern, jsonb_build_object('town', made.town)) as copy
       where pattern.town = 'idle-0'`,
      [ids],
    );
  }
  expectNumber("towns", await numberFrom(client, "select count(*) as n from town.towns"), townCount);
}
