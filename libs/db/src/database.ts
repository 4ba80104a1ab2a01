import type { Logger } from "@gastown/telemetry";
import { drizzle, type NodePgDatabase } from "@gastown/db/drizzle";
import { Pool, type ClientConfig } from "pg";
import { createBell } from "./bell.ts";

const connectTimeoutMs = 10_000;
const statementTimeoutMs = 30_000;
const idleInTransactionMs = 60_000;
const longestRetryMs = 5_000;
const never = new AbortController().signal;

export interface DatabaseOptions {
  url: string;
  /** The Postgres schema of this service; every connection looks here first and only. */
  schema: string;
  /** Shown in `pg_stat_activity`. */
  name: string;
  /** Connections in the pool, 10 by default; leases and loops have one each of their own. */
  max?: number;
  logger: Logger;
  /** Gives up waiting for Postgres. */
  signal?: AbortSignal;
}

/** One service's schema in a Postgres database. */
export interface Database {
  /** For queries outside a transaction; see `transaction` for the others. */
  readonly drizzle: NodePgDatabase;
  readonly schema: string;
  readonly name: string;
  /** Where transactions get their connection from. */
  readonly pool: Pool;
  /** Whether Postgres answers now. Throws with its reason when it does not. */
  ping(): Promise<void>;
  /** How connections of its own are opened (leases, loops, migrations). */
  readonly connection: ClientConfig;
  /** Waits for running queries and closes all connections. */
  close(): Promise<void>;
}

/**
 * A pool of connections, once Postgres answers; waits for it until the signal aborts. A lost connection fails the
 * transaction it was in, and is replaced by a new one for the next.
 */
export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  const { schema, name, max = 10, logger } = options;
  // It is written into commands, and people type it.
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(schema)) throw new Error(`"${schema}" cannot be a schema: use a-z, 0-9 and '_'`);
  const connection: ClientConfig = {
    connectionString: options.url,
    application_name: name,
    options: `-c search_path=${schema}`,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
  const pool = new Pool({
    ...connection,
    max,
    // What a transaction asks for at once goes to Postgres at once, and is done there in order.
    pipeline: true,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
  });
  // A connection lost while idle is told here; one lost while in use fails its query as well, so telling is enough.
  pool.on("error", (error) => logger.warn({ error }, "idle database connection lost"));
  pool.on("connect", (client) => client.on("error", (error) => logger.debug({ error }, "database connection lost")));
  const ping = async () => void (await pool.query("select 1"));
  try {
    await untilAnswered(ping, options);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return { drizzle: drizzle(pool), pool, schema, name, ping, connection, close: () => pool.end() };
}

async function untilAnswered(ping: () => Promise<void>, { logger, signal }: DatabaseOptions): Promise<void> {
  for (let retryMs = 200; ; retryMs = Math.min(retryMs * 2, longestRetryMs)) {
    signal?.throwIfAborted();
    try {
      return await ping();
    } catch (error) {
      logger.warn({ error, retryMs }, "Postgres does not answer, check DATABASE_URL");
    }
    await createBell().wait(retryMs, signal ?? never);
  }
}
