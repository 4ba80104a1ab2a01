import { drizzle, type NodePgDatabase, sql } from "@gastown/db/drizzle";
import type { PoolClient, QueryResultRow } from "pg";
import type { Database } from "./database.ts";
import { defineStatement, runOn, type Statement } from "./statement.ts";

/** A running transaction, for drizzle queries. */
export type Tx = Parameters<Parameters<NodePgDatabase["transaction"]>[0]>[0];

/** The connection was lost, or none could be had: whether a commit took place is not known. Try again. */
export class DatabaseLostError extends Error {
  override readonly name = "DatabaseLostError";
  /** As drivers call it, for those who look at codes. */
  readonly code = "CONNECTION_CLOSED";
}

/**
 * Runs `fn` in one transaction: committed when it answers, rolled back when it throws.
 * Throws `DatabaseLostError` when the connection did not last.
 */
export function transaction<T>(db: Database, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return onOneConnection(db, (queries, client) => queries.transaction((tx) => fn(remember(tx, { client, db }))));
}

interface Connection {
  readonly client: PoolClient;
  readonly db: Database;
}

const connections = new WeakMap<Tx, Connection>();

function remember(tx: Tx, connection: Connection): Tx {
  connections.set(tx, connection);
  return tx;
}

function connectionOf(tx: Tx): Connection {
  const connection = connections.get(tx);
  if (connection === undefined) throw new Error("this transaction was not begun by transaction() or snapshot()");
  return connection;
}

/** The schema a transaction works in. */
export function schemaOf(tx: Tx): string {
  return connectionOf(tx).db.schema;
}

/** Runs a statement in a transaction, with these values for its placeholders. */
export function run<Row extends QueryResultRow>(
  tx: Tx,
  statement: Statement,
  values: Record<string, unknown>,
): Promise<Row[]> {
  return runOn<Row>(connectionOf(tx).client, statement, values);
}

/**
 * The outcomes of several parts of one transaction that do not need each other: they go to Postgres at once, in no certain order. Like
 * `Promise.all`, but it throws only when all of them have ended: none may go on with the connection when the transaction is over.
 */
export async function together<Parts extends readonly unknown[] | []>(parts: Parts): Promise<Outcomes<Parts>> {
  // A query of drizzle is run each time it is awaited.
  const begun = parts.map((part) => Promise.resolve(part));
  // The first failure in time is the cause; those after it only say that the transaction is aborted.
  const first = Promise.all(begun);
  await Promise.allSettled([...begun, first]);
  return (await first) as Outcomes<Parts>;
}

type Outcomes<Parts extends readonly unknown[]> = { -readonly [Part in keyof Parts]: Awaited<Parts[Part]> };

/** Runs `fn` on one view of the database that does not change while it reads; it cannot write. */
export function snapshot<T>(db: Database, fn: (tx: Tx) => Promise<T>): Promise<T> {
  const mode = { isolationLevel: "repeatable read", accessMode: "read only" } as const;
  return onOneConnection(db, (queries, client) => queries.transaction((tx) => fn(remember(tx, { client, db })), mode));
}

async function onOneConnection<T>(
  db: Database,
  fn: (queries: NodePgDatabase, client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await checkOut(db);
  let lost: Error | undefined;
  const onLoss = (error: Error) => {
    lost = error;
  };
  client.on("error", onLoss);
  try {
    return await fn(drizzle(client), client);
  } catch (cause) {
    // The failed rollback is thrown in place of what went wrong first, so say what it comes from.
    throw lost === undefined
      ? cause
      : new DatabaseLostError(`the database connection was lost: ${lost.message}`, { cause });
  } finally {
    client.off("error", onLoss);
    client.release(lost);
  }
}

async function checkOut(db: Database): Promise<PoolClient> {
  try {
    return await db.pool.connect();
  } catch (cause) {
    throw new DatabaseLostError("no database connection could be had", { cause });
  }
}

/** Until the transaction ends, no other one of this schema has this town's lock: whoever changes a town takes it first. */
export function lockTown(tx: Tx, town: string): Promise<void> {
  return lockTowns(tx, [town]);
}

/** The same for several towns at once, taken in one order whoever takes them: two transactions never wait for each other. */
export async function lockTowns(tx: Tx, towns: readonly string[]): Promise<void> {
  await run(tx, takeLocks, { towns });
}

const takeLocks = defineStatement(sql`
  select pg_advisory_xact_lock(key) from (
    select distinct hashtextextended('town ' || current_schema() || ' ' || town, 0) as key
    from unnest(${sql.placeholder("towns")}::text[]) as town order by key offset 0
  ) as keys`);

/** Where queries go: the pool, or the transaction. */
export function queriesOf(dbOrTx: Database | Tx): Pick<NodePgDatabase, "execute"> {
  return "drizzle" in dbOrTx ? dbOrTx.drizzle : dbOrTx;
}
