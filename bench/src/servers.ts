import { startNats, startOwnPostgres } from "@gastown/testkit";
import { Client } from "pg";
import type { Ground } from "./contender.ts";

/** A Postgres that waits for the disk (`fsync`, `synchronous_commit` and `full_page_writes` are on, as by default). */
export interface Servers {
  readonly postgresUrl: string;
  readonly versions: { readonly nats: string; readonly postgres: string };
  close(): Promise<void>;
}

/** Starts the Postgres of a whole run; every measurement has a database and a nats-server of its own. */
export async function startServers(): Promise<Servers> {
  const postgres = await startOwnPostgres({ durable: true, more: ["shared_preload_libraries=pg_stat_statements"] });
  try {
    const version = await withClient(postgres.url, async (client) => {
      const { rows } = await client.query<{ server_version: string }>("show server_version");
      return rows[0]?.server_version ?? "unknown";
    });
    const nats = await startNats();
    await nats.close();
    return {
      postgresUrl: postgres.url,
      versions: { nats: nats.version, postgres: version },
      close: () => postgres.stop(),
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

let grounds = 0;

/** Runs `fn` with an empty database and a fresh nats-server; both are gone afterwards. */
export async function inGround<T>({ postgresUrl }: Servers, fn: (ground: Ground) => Promise<T>): Promise<T> {
  const database = `bench_${++grounds}`;
  await withClient(postgresUrl, (client) => client.query(`create database ${database}`));
  const databaseUrl = Object.assign(new URL(postgresUrl), { pathname: `/${database}` }).href;
  const nats = await startNats();
  try {
    return await withClient(databaseUrl, (client) => fn({ natsUrl: nats.url, databaseUrl, client }));
  } finally {
    await nats.close();
    await withClient(postgresUrl, (client) => client.query(`drop database ${database} with (force)`));
  }
}

async function withClient<T>(connectionString: string, fn: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await fn(client);
  } finally {
    await client.end();
  }
}
