import type { Tx } from "@gastown/db";
import { getTableColumns, sql, type SQL } from "drizzle-orm";
import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import { ConflictError } from "./conflict-error.ts";

/** Adds rows in their order, in one statement. They are new: one that is there already is an error. */
export async function addRows<T extends PgTable>(tx: Tx, table: T, rows: readonly T["$inferInsert"][]): Promise<void> {
  for (const batch of batchesOf(table, rows)) await tx.execute(insertFrom(table, batch));
}

/** The rows are in the table, in place of those with the same primary key. */
export async function putRows<T extends PgTable>(tx: Tx, table: T, rows: readonly T["$inferInsert"][]): Promise<void> {
  for (const batch of batchesOf(table, rows)) {
    const replaced = batch.columns.map((column) => sql`${sql.identifier(column)} = excluded.${sql.identifier(column)}`);
    await tx.execute(
      sql`${insertFrom(table, batch)} on conflict (${list(keyOf(table))}) do update set ${sql.join(replaced, comma)}`,
    );
  }
}

/** Rows to save, and what a column of a changed row becomes when it is not just the new value (`new.<column>`). */
export interface Saving<T extends VersionedTable> {
  readonly rows: readonly T["$inferInsert"][];
  readonly merged?: Readonly<Record<string, SQL>>;
}

/**
 * The rows are in the table, if each was there with the version before its own, or not there at all when its version is 1;
 * else nothing is kept and a `ConflictError` names one that was not. Columns that a row does not give stay as they are.
 */
export async function saveRows<T extends VersionedTable>(
  tx: Tx,
  table: T,
  { rows, merged = {} }: Saving<T>,
): Promise<void> {
  const [added, changed] = partition(rows, (row) => row["version"] === 1);
  for (const batch of batchesOf(table, added)) {
    const written = await tx.execute(
      sql`${insertFrom(table, batch)} on conflict do nothing returning ${list(keyOf(table))}`,
    );
    assertAll(table, batch, written.rows);
  }
  for (const batch of batchesOf(table, changed)) {
    const written = await tx.execute(updateFrom(table, batch, merged));
    assertAll(table, batch, written.rows);
  }
}

/** A table whose rows count their saves. */
type VersionedTable = PgTable & { readonly $inferInsert: { version: number } };

/** Rows that give the same columns, as Postgres names them. */
interface Batch {
  readonly columns: readonly string[];
  readonly rows: readonly Record<string, unknown>[];
}

const comma = sql`, `;

function list(columns: readonly string[]): SQL {
  return sql.join(
    columns.map((column) => sql.identifier(column)),
    comma,
  );
}

function partition<T extends object>(
  rows: readonly T[],
  belongs: (row: Record<string, unknown>) => boolean,
): [readonly T[], readonly T[]] {
  const { yes = [], no = [] } = Object.groupBy(rows, (row) => (belongs(row as Record<string, unknown>) ? "yes" : "no"));
  return [yes, no];
}

function batchesOf(table: PgTable, rows: readonly object[]): Batch[] {
  const columns = Object.entries(getTableColumns(table)).map(([field, { name }]) => ({ field, name }));
  const given = rows.map((row) => {
    const fields = row as Record<string, unknown>;
    const set = columns.filter(({ field }) => fields[field] !== undefined);
    return Object.fromEntries(set.map(({ field, name }) => [name, fields[field]]));
  });
  const byColumns = Map.groupBy(given, (row) => Object.keys(row).join(" "));
  return Array.from(byColumns.values(), (alike) => ({ columns: Object.keys(alike[0] ?? {}), rows: alike }));
}

function keyOf(table: PgTable): string[] {
  const { primaryKeys, columns } = getTableConfig(table);
  const [composite] = primaryKeys;
  return (composite?.columns ?? columns.filter(({ primary }) => primary)).map(({ name }) => name);
}

/** One parameter whatever the number of rows; Postgres reads each field by its column's type. */
function recordsOf(table: PgTable, { rows }: Batch): SQL {
  return sql`json_populate_recordset(null::${table}, ${JSON.stringify(rows)}::json)`;
}

function insertFrom(table: PgTable, batch: Batch): SQL {
  return sql`insert into ${table} (${list(batch.columns)}) select ${list(batch.columns)} from ${recordsOf(table, batch)}`;
}

function updateFrom(table: PgTable, batch: Batch, merged: Readonly<Record<string, SQL>>): SQL {
  const key = keyOf(table);
  const set = batch.columns
    .filter((column) => !key.includes(column))
    .map((column) => sql`${sql.identifier(column)} = ${merged[column] ?? sql`new.${sql.identifier(column)}`}`);
  const same = key.map((column) => sql`${table}.${sql.identifier(column)} = new.${sql.identifier(column)}`);
  const returned = key.map((column) => sql`new.${sql.identifier(column)}`);
  return sql`
    update ${table} set ${sql.join(set, comma)} from ${recordsOf(table, batch)} as new
    where ${sql.join(same, sql` and `)} and ${table}.version = new.version - 1
    returning ${sql.join(returned, comma)}`;
}

function assertAll(table: PgTable, { rows }: Batch, written: readonly Record<string, unknown>[]): void {
  if (written.length === rows.length) return;
  const key = keyOf(table);
  const nameOf = (row: Record<string, unknown>): string => key.map((column) => String(row[column])).join(" ");
  const saved = new Set(written.map(nameOf));
  const missing = rows.map(nameOf).find((name) => !saved.has(name));
  throw new ConflictError(`${getTableConfig(table).name} ${missing}`);
}
