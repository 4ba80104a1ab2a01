import { defineStatement, run, type Statement, type Tx } from "@gastown/db";
import { getTableColumns, getTableConfig, type PgTable, sql, type SQL } from "@gastown/db/drizzle";
import { ConflictError } from "./conflict-error.ts";

/** Adds rows in their order, in one statement. They are new: one that is there already is an error. */
export async function addRows<T extends PgTable>(tx: Tx, table: T, rows: readonly T["$inferInsert"][]): Promise<void> {
  for (const batch of batchesOf(table, rows)) await write(tx, batch, { by: "add" });
}

/** The rows are in the table, in place of those with the same primary key. */
export async function putRows<T extends PgTable>(tx: Tx, table: T, rows: readonly T["$inferInsert"][]): Promise<void> {
  for (const batch of batchesOf(table, rows)) await write(tx, batch, { by: "put" });
}

/** Rows to save. `earliest`: a column of moments in which the earlier of the old and the new one stays. */
export interface Saving<T extends VersionedTable> {
  readonly rows: readonly T["$inferInsert"][];
  readonly earliest?: string;
}

/**
 * The rows are in the table, if each was there with the version before its own, or not there at all when its version is 1;
 * else nothing is kept and a `ConflictError` names one that was not. Columns that a row does not give stay as they are.
 */
export async function saveRows<T extends VersionedTable>(
  tx: Tx,
  table: T,
  { rows, earliest }: Saving<T>,
): Promise<void> {
  const { added = [], changed = [] } = Object.groupBy(rows, ({ version }) => (version === 1 ? "added" : "changed"));
  for (const batch of batchesOf(table, added)) assertAll(batch, await write(tx, batch, { by: "insert" }));
  for (const batch of batchesOf(table, changed)) assertAll(batch, await write(tx, batch, { by: "update", earliest }));
}

/** A table whose rows count their saves. */
type VersionedTable = PgTable & { readonly $inferInsert: { version: number } };

/** Rows of a table that give the same columns, as Postgres names them. */
interface Batch {
  readonly table: PgTable;
  readonly columns: readonly string[];
  readonly rows: readonly Record<string, unknown>[];
}

function batchesOf(table: PgTable, rows: readonly object[]): Batch[] {
  const { columns } = layoutOf(table);
  const given = rows.map((row) => shapeOf(row as Record<string, unknown>, columns));
  const alike = Map.groupBy(given, ({ left }) => left);
  return Array.from(alike.values(), (of) => ({
    table,
    columns: of[0]?.given ?? [],
    rows: of.map(({ values }) => values),
  }));
}

/** A row as Postgres names its columns. */
interface Shape {
  /** What is not null: a record has null where it has nothing. */
  readonly values: Record<string, unknown>;
  readonly given: readonly string[];
  /** The columns it does not give. */
  readonly left: string;
}

function shapeOf(row: Record<string, unknown>, columns: Layout["columns"]): Shape {
  const values: Record<string, unknown> = {};
  const given: string[] = [];
  let left = "";
  for (const { field, name } of columns) {
    const value = row[field];
    if (value === undefined) {
      left += ` ${name}`;
      continue;
    }
    given.push(name);
    if (value !== null) values[name] = value;
  }
  return { values, given, left };
}

/** How rows get into a table: as new ones (`insert` leaves out those that are there), in place of others, or by version. */
interface Way {
  readonly by: "add" | "put" | "insert" | "update";
  readonly earliest?: string | undefined;
}

/** All rows are one parameter, which Postgres reads by the types of the columns. Answers the keys of rows by version. */
function write(tx: Tx, batch: Batch, way: Way): Promise<Record<string, unknown>[]> {
  const { statements } = layoutOf(batch.table);
  const kind = `${way.by} ${way.earliest} ${batch.columns.join(" ")}`;
  const known = statements.get(kind) ?? defineStatement(queryOf(batch, way));
  statements.set(kind, known);
  return run(tx, known, { rows: JSON.stringify(batch.rows) });
}

function queryOf(batch: Batch, { by, earliest }: Way): SQL {
  const { table, columns } = batch;
  const { key } = layoutOf(table);
  const records = sql`json_populate_recordset(null::${table}, ${sql.placeholder("rows")}::json)`;
  const insert = sql`insert into ${table} (${list(columns)}) select ${list(columns)} from ${records}`;
  switch (by) {
    case "add":
      return insert;
    case "put":
      return sql`${insert} on conflict (${list(key)}) do update set ${each(columns, (c) => sql`${c} = excluded.${c}`)}`;
    case "insert":
      return sql`${insert} on conflict do nothing returning ${list(key)}`;
    case "update": {
      const set = columns.filter((column) => !key.includes(column));
      const values = each(set, (c, name) =>
        name === earliest ? sql`${c} = least(${table}.${c}, new.${c})` : sql`${c} = new.${c}`,
      );
      const same = each(key, (c) => sql`${table}.${c} = new.${c}`, sql` and `);
      return sql`update ${table} set ${values} from ${records} as new where ${same} and ${table}.version = new.version - 1
        returning ${each(key, (c) => sql`new.${c}`)}`;
    }
  }
}

function list(columns: readonly string[]): SQL {
  return each(columns, (column) => column);
}

function each(columns: readonly string[], part: (column: SQL, name: string) => SQL, between = sql`, `): SQL {
  return sql.join(
    columns.map((name) => part(sql`${sql.identifier(name)}`, name)),
    between,
  );
}

interface Layout {
  readonly name: string;
  readonly columns: readonly { readonly field: string; readonly name: string }[];
  /** The columns of the primary key. */
  readonly key: readonly string[];
  /** What was written so far, by the way and the columns. */
  readonly statements: Map<string, Statement>;
}

const layouts = new WeakMap<PgTable, Layout>();

function layoutOf(table: PgTable): Layout {
  const known = layouts.get(table);
  if (known !== undefined) return known;
  const { name, primaryKeys, columns } = getTableConfig(table);
  const [composite] = primaryKeys;
  const layout = {
    name,
    columns: Object.entries(getTableColumns(table)).map(([field, column]) => ({ field, name: column.name })),
    key: (composite?.columns ?? columns.filter(({ primary }) => primary)).map((column) => column.name),
    statements: new Map<string, Statement>(),
  };
  layouts.set(table, layout);
  return layout;
}

function assertAll({ table, rows }: Batch, written: readonly Record<string, unknown>[]): void {
  if (written.length === rows.length) return;
  const { name, key } = layoutOf(table);
  const keyOf = (row: Record<string, unknown>): string => key.map((column) => String(row[column])).join(" ");
  const saved = new Set(written.map(keyOf));
  throw new ConflictError(`${name} ${rows.map(keyOf).find((row) => !saved.has(row))}`);
}
