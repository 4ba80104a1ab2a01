import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { usePostgres } from "@gastown/testkit";
import { sql } from "@gastown/db/drizzle";
import { afterEach, expect, test } from "vitest";
import { connectDatabase, migrate, type Database } from "./index.ts";
import { logger } from "./test/open-schema.ts";

const postgres = usePostgres();
const open: Database[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const db of open.splice(0)) await db.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function connect(url: string, schema = "town"): Promise<Database> {
  const db = await connectDatabase({ url, schema, name: "test", max: 2, logger });
  open.push(db);
  return db;
}

/** A folder as drizzle-kit writes it. */
async function writeMigrations(...files: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gastown-migrations-"));
  folders.push(folder);
  await mkdir(join(folder, "meta"));
  await rewriteMigrations(folder, ...files);
  return folder;
}

async function rewriteMigrations(folder: string, ...files: string[]): Promise<void> {
  const entries = files.map((_, idx) => ({
    idx,
    version: "7",
    when: 1_000 + idx,
    tag: `000${idx}_x`,
    breakpoints: true,
  }));
  await writeFile(join(folder, "meta/_journal.json"), JSON.stringify({ version: "7", dialect: "postgresql", entries }));
  for (const [index, text] of files.entries()) await writeFile(join(folder, `000${index}_x.sql`), text);
}

async function tablesOf(db: Database, schema = "town"): Promise<string[]> {
  const { rows } = await db.drizzle.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = ${schema} order by 1`,
  );
  return rows.map((row) => row.name);
}

const first = 'CREATE SCHEMA "town";\n--> statement-breakpoint\nCREATE TABLE "town"."beads" ("id" text PRIMARY KEY);';
const plumbingTables = ["inbox", "leases", "outbox", "outbox_town", "plumbing", "town_seq"];

test("replicas that start at once make every table once", async () => {
  const url = await postgres.createDatabase();
  const folder = await writeMigrations(first);
  const replicas = await Promise.all([1, 2, 3, 4].map(() => connect(url)));
  await Promise.all(replicas.map((db) => migrate(db, folder)));
  const [db] = replicas;
  expect(db && (await tablesOf(db))).toEqual(["__drizzle_migrations", "beads", ...plumbingTables]);
});

test("a later start applies only what is new, and services do not see each other", async () => {
  const db = await connect(await postgres.createDatabase());
  const folder = await writeMigrations(first);
  await migrate(db, folder);
  await rewriteMigrations(folder, first, 'ALTER TABLE "town"."beads" ADD COLUMN "title" text;');
  await migrate(db, pathToFileURL(folder));
  await db.drizzle.execute(sql`insert into beads (id, title) values ('gt-1', 'x')`);

  const other = await connect(String(db.connection.connectionString), "scm");
  await migrate(other, null);
  expect(await tablesOf(other, "scm")).toEqual(plumbingTables);
  await expect(other.drizzle.execute(sql`select * from beads`)).rejects.toThrow("Failed query");
});

test("a migration that fails leaves nothing behind", async () => {
  const db = await connect(await postgres.createDatabase());
  await expect(migrate(db, await writeMigrations(first, "CREATE TABLE oops ("))).rejects.toThrow("syntax error");
  expect(await tablesOf(db)).toEqual([]);
});

test("an applied migration that was edited is refused", async () => {
  const db = await connect(await postgres.createDatabase());
  const folder = await writeMigrations(first);
  await migrate(db, folder);
  await rewriteMigrations(folder, `${first}\n`);
  await expect(migrate(db, folder)).rejects.toThrow("edited after it had been applied");
});
