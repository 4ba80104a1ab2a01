import { connectDatabase, transaction, type Database, type Tx } from "@gastown/db";
import { bigint, eq, integer, json, jsonb, pgTable, primaryKey, sql, text } from "@gastown/db/drizzle";
import { createLogger } from "@gastown/telemetry";
import { usePostgres } from "@gastown/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ConflictError } from "./conflict-error.ts";
import { readRows } from "./read-rows.ts";
import { moment } from "./schema/town-schema.ts";
import { addRows, putRows, saveRows } from "./write-rows.ts";

const things = pgTable(
  "things",
  {
    town: text().notNull(),
    thing: text().notNull(),
    size: bigint({ mode: "number" }),
    labels: text().array().notNull(),
    data: jsonb().$type<unknown>(),
    asWritten: json("as_written").$type<unknown>(),
    at: moment("at"),
    version: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.town, t.thing] })],
);
type Thing = typeof things.$inferInsert;

const postgres = usePostgres();
const logger = createLogger("test", { level: "silent" });
let db: Database;
beforeAll(async () => {
  db = await connectDatabase({ url: postgres.databaseUrl, schema: "public", name: "test", logger });
  await db.drizzle.execute(sql`create table things (
    town text, thing text, size bigint, labels text[], data jsonb, as_written json, at timestamptz, version int,
    primary key (town, thing))`);
});
beforeEach(() => db.drizzle.execute(sql`truncate things`));
afterAll(() => db.close());

const write = (fn: (tx: Tx) => Promise<void>): Promise<void> => transaction(db, fn);
const stored = (): Promise<Thing[]> => db.drizzle.select().from(things).orderBy(things.thing);
const nothing = { size: null, data: null, asWritten: null, at: null };
const thing = (id: string, fields: Partial<Thing> = {}): Thing => {
  return { ...nothing, town: "one", thing: id, labels: [], version: 1, ...fields };
};
const at = new Date("2026-11-22T10:00:00.123Z");

const rich = thing("a", {
  size: 9_007_199_254_740_991,
  labels: ["x", 'say "hi"', "a,b", ""],
  data: { deep: [1, null, { text: "é\\n" }] },
  asWritten: { b: 1, a: "null" },
  at,
});

describe("rows go in and come out as they are", () => {
  test.each([
    ["added", addRows],
    ["put", putRows],
    ["saved", (tx: Tx, table: typeof things, rows: Thing[]) => saveRows(tx, table, { rows })],
  ])("%s", async (_, how) => {
    await write((tx) => how(tx, things, [rich, thing("b")]));
    expect(await stored()).toEqual([rich, thing("b")]);
    const read = await transaction(db, (tx) => readRows(tx, things, eq(things.thing, "a")));
    expect(read).toEqual([rich]);
  });

  test("none is no statement", async () => {
    await write(async (tx) => {
      await addRows(tx, things, []);
      await saveRows(tx, things, { rows: [] });
    });
    expect(await stored()).toEqual([]);
  });
});

describe("what is there already", () => {
  test("cannot be added", async () => {
    await write((tx) => addRows(tx, things, [thing("a")]));
    await expect(write((tx) => addRows(tx, things, [thing("b"), thing("a")]))).rejects.toThrow("duplicate key");
    expect(await stored()).toEqual([thing("a")]);
  });

  test("is replaced by what is put", async () => {
    await write((tx) => putRows(tx, things, [rich]));
    await write((tx) => putRows(tx, things, [thing("a", { size: 2 }), thing("b")]));
    expect(await stored()).toEqual([thing("a", { size: 2 }), thing("b")]);
  });

  test("is saved from the version it was loaded with, beside what is new", async () => {
    await write((tx) => saveRows(tx, things, { rows: [rich, thing("b")] }));
    const rows = [thing("a", { version: 2, labels: ["now"] }), thing("c")];
    await write((tx) => saveRows(tx, things, { rows }));
    expect(await stored()).toEqual([thing("a", { version: 2, labels: ["now"] }), thing("b"), thing("c")]);
  });

  test.each([
    ["is newer than what was loaded", [thing("b", { version: 2 }), thing("a", { version: 2 })]],
    ["was made by somebody else meanwhile", [thing("c"), thing("a", { version: 1 })]],
    ["is gone", [thing("gone", { version: 4 })]],
  ])("is a conflict when it %s, and nothing is kept", async (_, rows) => {
    await write((tx) => addRows(tx, things, [thing("a", { version: 7 }), thing("b")]));
    const failing = write((tx) => saveRows(tx, things, { rows }));
    await expect(failing).rejects.toThrow(ConflictError);
    await expect(failing).rejects.toThrow(/things one (a|gone) was changed/);
    expect(await stored()).toEqual([thing("a", { version: 7 }), thing("b")]);
  });
});

test("a column that a row does not give stays as it is, one that it gives as null does not", async () => {
  await write((tx) => saveRows(tx, things, { rows: [rich, { ...rich, thing: "b" }] }));
  const { size: _size, data: _data, ...left } = thing("a", { version: 2 });
  await write((tx) => saveRows(tx, things, { rows: [left, thing("b", { version: 2 })] }));
  expect(await stored()).toEqual([{ ...left, size: rich.size, data: rich.data }, thing("b", { version: 2 })]);
});

test("of two moments the earlier one stays where that is asked for", async () => {
  const later = new Date(at.getTime() + 5_000);
  await write((tx) => saveRows(tx, things, { rows: [thing("a", { at }), thing("b", { at: later }), thing("c")] }));
  const rows = ["a", "b", "c"].map((id) => thing(id, { version: 2, at: id === "b" ? at : later }));
  await write((tx) => saveRows(tx, things, { rows, earliest: "at" }));
  expect((await stored()).map((row) => row.at)).toEqual([at, at, later]);
});
