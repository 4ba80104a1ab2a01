import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";

/** Time that a test can let pass for a service that goes by its database's clock. */
export interface SimulatedClock {
  /** The database's URL for the service: there `now()` is this clock. */
  readonly url: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** So many milliseconds are over, and the loops of these tables look whether something is due. */
  advance(ms: number): Promise<void>;
}

const tables = ["repos", "branches", "pulls", "checks", "sweeps"];

/**
 * A clock for the schema of one service, before the service has started for the first time: a function `now()` in the schema, which
 * comes before Postgres' own in the search path. It goes on by itself, and jumps when it is told to.
 */
export async function simulatedClock(databaseUrl: string, schema = "scm"): Promise<SimulatedClock> {
  const run = async (...statements: string[]) => {
    const db = drizzle(databaseUrl);
    try {
      for (const statement of statements) await db.execute(sql.raw(statement));
    } finally {
      await db.$client.end();
    }
  };
  await run(
    `create schema if not exists ${schema}`,
    `create table ${schema}.ahead (ms float8 not null)`,
    `insert into ${schema}.ahead values (0)`,
    `create function ${schema}.now() returns timestamptz language sql stable as
     'select pg_catalog.now() + ms * interval ''1 millisecond'' from ${schema}.ahead'`,
  );
  const url = new URL(databaseUrl);
  url.searchParams.set("options", `-c search_path=${schema},pg_catalog`);
  let ahead = 0;
  return {
    url: url.href,
    now: () => Date.now() + ahead,
    async advance(ms) {
      ahead += ms;
      await run(
        `update ${schema}.ahead set ms = ${ahead}`,
        ...tables.map((table) => `select pg_notify('${schema}_${table}_due', '')`),
      );
    },
  };
}
