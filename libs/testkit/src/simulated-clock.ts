import { Client } from "pg";
import { eventually } from "./eventually.ts";

/** Time that a test lets pass for services that go by their database's clock. */
export interface SimulatedClock {
  /** Milliseconds since 1970, for what goes by the process's clock. It goes on by itself, and jumps by `pass`. */
  readonly now: () => number;
  /** The database's URL for the service of this schema: there `now()` is this clock. */
  url(schema: string): string;
  /**
   * So many milliseconds are over, moment by moment: what is due within the same ten seconds is done before the next moment comes. So
   * what asks all the time is seen to ask sixty times in ten minutes.
   */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const momentMs = 10_000;

interface Plan {
  /** Looks that run, or that are due, and messages that are not sent. */
  readonly busy: number;
  /** Until the next look of any table; null: none is planned. */
  readonly nextInMs: number | null;
}

/**
 * A clock for services with these schemas, before any of them has started for the first time: a function `now()` in each schema, which
 * comes before Postgres' own in the search path. Looks are those of `startDueLoop`, in every table with a `next_look_at`.
 */
export async function simulatedClock(databaseUrl: string, schemas: readonly string[]): Promise<SimulatedClock> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query("create schema simulated");
  await client.query("create table simulated.clock as select 0::float8 as ahead_ms");
  for (const schema of schemas) {
    await client.query(`create schema if not exists ${schema}`);
    await client.query(`create function ${schema}.now() returns timestamptz language sql stable as
      'select pg_catalog.now() + ahead_ms * interval ''1 millisecond'' from simulated.clock'`);
  }
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const jump = async (ms: number, tables: readonly string[]): Promise<void> => {
    aheadMs += ms;
    await client.query("update simulated.clock set ahead_ms = $1", [aheadMs]);
    await client.query("select pg_notify(channel, '') from unnest($1::text[]) as channel", [tables.map(channelOf)]);
  };
  return {
    now,
    url: (schema) => {
      const url = new URL(databaseUrl);
      url.searchParams.set("options", `-c search_path=${schema},pg_catalog`);
      return url.href;
    },
    async pass(ms) {
      const tables = await tablesOf(client, schemas);
      const until = now() + ms;
      for (;;) {
        const { nextInMs } = await calm(client, { schemas, tables });
        const leftMs = until - now();
        if (leftMs <= 0) return;
        await jump(Math.min(leftMs, nextInMs === null ? leftMs : Math.ceil(nextInMs) + momentMs), tables);
      }
    },
    close: () => client.end(),
  };
}

/** Every table with looks, as `schema.table`. */
async function tablesOf(client: Client, schemas: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select table_schema || '.' || table_name as name from information_schema.columns
     where column_name = 'next_look_at' and table_schema = any($1)`,
    [schemas],
  );
  return rows.map(({ name }) => name);
}

/** Where the loop of a table listens, unless it says otherwise. */
function channelOf(table: string): string {
  return `${table.replace(".", "_")}_due`;
}

/** Waits until nothing is due, under way or unsent. */
function calm(client: Client, of: { schemas: readonly string[]; tables: readonly string[] }): Promise<Plan> {
  return eventually(
    async () => {
      const plan = await readPlan(client, of);
      if (plan.busy > 0 || (plan.nextInMs !== null && plan.nextInMs <= 0)) throw new Error(JSON.stringify(plan));
      return plan;
    },
    { timeoutMs: 60_000, message: "what is due was not done" },
  );
}

async function readPlan(
  client: Client,
  { schemas, tables }: { schemas: readonly string[]; tables: readonly string[] },
): Promise<Plan> {
  const looks = tables.map((table) => `select min(next_look_at) as at from ${table}`).join(" union all ");
  const unsent = schemas.map((schema) => `(select count(*) from ${schema}.outbox where sent_at is null)`).join(" + ");
  // A look that runs holds the lock of its key on the session of its loop.
  const { rows } = await client.query<Plan>(`
    select
      (select count(*) from pg_locks l join pg_stat_activity a using (pid)
       where l.locktype = 'advisory' and a.datname = current_database() and a.application_name like '% loop %')::int
        + (${unsent})::int as busy,
      (extract(epoch from (select min(at) from (${looks}) as looks) - pg_catalog.now()) * 1000)::float8
        - (select ahead_ms from simulated.clock) as "nextInMs"`);
  const [plan] = rows;
  if (plan === undefined) throw new Error("the database did not answer");
  return plan;
}
