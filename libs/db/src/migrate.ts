import { fileURLToPath } from "node:url";
import { readMigrationFiles, type MigrationMeta } from "drizzle-orm/migrator";
import type { Database } from "./database.ts";
import { plumbing } from "./plumbing.ts";
import { openSession, type Session } from "./session.ts";

/**
 * The schema has every table of its service (the migrations drizzle-kit wrote into `folder`; null: it has none of its own)
 * and of the plumbing (inbox, outbox, leases, ...). Replicas may call it at the same time: one works, the others wait.
 * Throws when a migration fails, and then nothing of this call is kept, or when an applied one was edited afterwards.
 */
export async function migrate(db: Database, folder: string | URL | null): Promise<void> {
  const session = await openSession(db, "migrate");
  try {
    await session.query("begin");
    await session.query("select pg_advisory_xact_lock(hashtextextended('migrate ' || $1, 0))", [db.schema]);
    await session.query(`create schema if not exists ${db.schema}`);
    await applyPlumbing(session);
    if (folder !== null) await applyFolder(session, typeof folder === "string" ? folder : fileURLToPath(folder));
    await session.query("commit");
  } finally {
    await session.close();
  }
}

async function applyPlumbing(session: Session): Promise<void> {
  await session.query(
    "create table if not exists plumbing (version int primary key, at timestamptz not null default now())",
  );
  const [row] = await session.query<{ last: number }>("select coalesce(max(version), 0) as last from plumbing");
  for (const [index, statements] of plumbing.entries()) {
    const version = index + 1;
    if (version <= (row?.last ?? 0)) continue;
    await session.query(statements);
    await session.query("insert into plumbing (version) values ($1)", [version]);
  }
}

/** Drizzle's files and drizzle's own table of what was applied, so that drizzle-kit understands the database too. */
async function applyFolder(session: Session, folder: string): Promise<void> {
  await session.query(
    "create table if not exists __drizzle_migrations (id serial primary key, hash text not null, created_at bigint)",
  );
  const rows = await session.query<{ hash: string; made: string }>(
    "select hash, created_at::text as made from __drizzle_migrations",
  );
  const applied = new Map(rows.map((row) => [Number(row.made), row.hash]));
  for (const migration of readMigrationFiles({ migrationsFolder: folder })) {
    const hash = applied.get(migration.folderMillis);
    if (hash === undefined) await applyMigration(session, migration);
    else if (hash !== migration.hash)
      throw new Error(
        `A migration in ${folder} was edited after it had been applied: undo that and write another one.`,
      );
  }
}

async function applyMigration(session: Session, migration: MigrationMeta): Promise<void> {
  for (const statement of migration.sql) {
    // drizzle-kit does not know that the schema is there already, for the plumbing.
    await session.query(statement.replace(/^\s*CREATE SCHEMA (?!IF NOT)/i, "CREATE SCHEMA IF NOT EXISTS "));
  }
  await session.query("insert into __drizzle_migrations (hash, created_at) values ($1, $2)", [
    migration.hash,
    migration.folderMillis,
  ]);
}
