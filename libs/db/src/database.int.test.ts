import { eventually, usePostgres } from "@gastown/testkit";
import { jsonb, pgTable, sql, text, timestamp } from "@gastown/db/drizzle";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  connectDatabase,
  DatabaseLostError,
  defineStatement,
  run,
  snapshot,
  together,
  transaction,
  type Database,
} from "./index.ts";
import { logger, openSchema } from "./test/open-schema.ts";

const postgres = usePostgres();
let db: Database;
let admin: Database;
const things = pgTable("things", {
  id: text("id").primaryKey(),
  data: jsonb("data"),
  at: timestamp("at", { withTimezone: true }),
});

beforeAll(async () => {
  db = await openSchema(postgres.databaseUrl);
  admin = await connectDatabase({ url: postgres.databaseUrl, schema: "town", name: "admin", max: 1, logger });
  await db.drizzle.execute(sql`create table things (id text primary key, data jsonb, at timestamptz)`);
});
afterAll(async () => {
  await db.close();
  await admin.close();
});

async function backendOf(queries: Pick<Database["drizzle"], "execute">): Promise<number> {
  const { rows } = await queries.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  return rows[0]?.pid ?? 0;
}

async function countThings(): Promise<number> {
  return (await db.drizzle.select().from(things)).length;
}

test("jsonb is stored once encoded, whatever it holds, and times come back as they were", async () => {
  const at = new Date("2026-11-22T14:00:00.123Z");
  const values = [{ a: [1, "x", null], b: '{"looks":"like json"}' }, ["[]"], "text", 3, true];
  for (const [index, data] of values.entries()) await db.drizzle.insert(things).values({ id: `j${index}`, data, at });
  const rows = await db.drizzle.select().from(things).orderBy(things.id);
  expect(rows.map((row) => row.data)).toEqual(values);
  expect(rows[0]?.at).toEqual(at);
  const { rows: kinds } = await db.drizzle.execute<{ kind: string }>(
    sql`select jsonb_typeof(data) as kind from things order by id`,
  );
  expect(kinds.map((row) => row.kind)).toEqual(["object", "array", "string", "number", "boolean"]);
});

async function terminate(pid: number): Promise<void> {
  await admin.drizzle.execute(sql`select pg_terminate_backend(${pid})`);
  await eventually(async () => {
    const { rows } = await admin.drizzle.execute(sql`select 1 from pg_stat_activity where pid = ${pid}`);
    return rows.length === 0;
  });
  // What the backend said at its end is in our socket; the pool hears it in this turn of the event loop at the latest.
  await new Promise(setImmediate);
}
async function expectPoolIsWell(): Promise<void> {
  await Promise.all(Array.from({ length: 20 }, () => transaction(db, (tx) => backendOf(tx))));
}

// These two end the process, or commit half a transaction, with the other common driver.
test("a connection lost between two queries fails its transaction and nothing else", async () => {
  const before = await countThings();
  const lost = transaction(db, async (tx) => {
    await tx.insert(things).values({ id: "never" });
    await terminate(await backendOf(tx));
    await tx.insert(things).values({ id: "never either" });
  });
  await expect(lost).rejects.toThrow(DatabaseLostError);
  await expectPoolIsWell();
  expect(await countThings()).toBe(before);
});

test("a connection lost while a query runs fails its transaction and nothing else", async () => {
  const before = await countThings();
  const { promise: begun, resolve: tellPid } = Promise.withResolvers<number>();
  const lost = transaction(db, async (tx) => {
    await tx.insert(things).values({ id: "never" });
    tellPid(await backendOf(tx));
    await tx.execute(sql`select pg_sleep(60)`);
  });
  const failure = lost.catch((error: unknown) => error);
  const pid = await begun;
  await eventually(async () => {
    const { rows } = await admin.drizzle.execute(
      sql`select 1 from pg_stat_activity where pid = ${pid} and wait_event = 'PgSleep'`,
    );
    return rows.length === 1;
  });
  await terminate(pid);
  expect(await failure).toBeInstanceOf(DatabaseLostError);
  await expectPoolIsWell();
  expect(await countThings()).toBe(before);
});

test("a connection lost while idle is replaced", async () => {
  const pid = await backendOf(db.drizzle);
  await terminate(pid);
  await expectPoolIsWell();
  expect(await backendOf(db.drizzle)).not.toBe(pid);
});

test("a snapshot does not change while it reads, and cannot write", async () => {
  await snapshot(db, async (tx) => {
    const before = await tx.select().from(things);
    await db.drizzle.insert(things).values({ id: "meanwhile" });
    expect(await tx.select().from(things)).toEqual(before);
  });
  await expect(snapshot(db, (tx) => tx.insert(things).values({ id: "no" }))).rejects.toThrow("Failed query");
});

test("connecting waits for Postgres until it is told to stop", async () => {
  const stop = new AbortController();
  const waiting = connectDatabase({
    url: "postgres://x@127.0.0.1:1/x",
    schema: "town",
    name: "test",
    logger,
    signal: stop.signal,
  });
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
});

test("parts of a transaction that are asked at once are done once each, and all have ended when one has failed", async () => {
  await db.drizzle.execute(sql`truncate things`);
  const add = defineStatement(sql`insert into things (id, data) values (${sql.placeholder("id")}, '1') returning id`);
  const [added] = await transaction(db, (tx) =>
    together([run<{ id: string }>(tx, add, { id: "a" }), tx.execute(sql`insert into things (id) values ('b')`)]),
  );
  expect(added).toEqual([{ id: "a" }]);
  expect(await countThings()).toBe(2);
  let ended = false;
  const failing = transaction(db, async (tx) => {
    const broken = run(tx, add, { id: "a" });
    const slow = async () => {
      await broken.catch(() => {});
      // The transaction has failed by now, and is not over: its connection is nobody else's yet.
      await expect(run(tx, add, { id: "c" })).rejects.toThrow("current transaction is aborted");
      ended = true;
    };
    await together([slow(), run(tx, add, { id: "d" }), broken]);
  });
  await expect(failing).rejects.toThrow("duplicate key");
  expect(ended).toBe(true);
  expect(await countThings()).toBe(2);
});
