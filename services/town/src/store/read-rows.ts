import type { Tx } from "@gastown/db";
import { getTableColumns, getTableConfig, type PgTable, sql, type SQL } from "@gastown/db/drizzle";

/** The rows for which a condition on the table's columns holds, in no order. */
export async function readRows<T extends PgTable>(
  tx: Tx,
  table: T,
  where: SQL | undefined,
): Promise<T["$inferSelect"][]> {
  const { rows } = await tx.execute<{ found: JsonRow[] }>(sql`select ${jsonRows(table, where)} as found`);
  return fromJsonRows(table, rows[0]?.found ?? []);
}

/** A row as JSON: the values of its columns in their order. */
export type JsonRow = readonly unknown[];

/**
 * The same as one JSON value, to be selected with others in one query. Wide rows cost less this way: Postgres writes and the
 * engine reads JSON in native code, field by field neither the driver nor drizzle has to.
 */
export function jsonRows(table: PgTable, where: SQL | undefined): SQL {
  const condition = where === undefined ? sql`` : sql`where ${where}`;
  return sql`(select coalesce(json_agg(${jsonRow(table)}), '[]') from ${table} ${condition})`;
}

/** One row of a table that is selected from, as JSON. */
export function jsonRow(table: PgTable): SQL {
  return layoutOf(table).json;
}

/** The rows as drizzle would have read them. */
export function fromJsonRows<T extends PgTable>(table: T, found: readonly JsonRow[]): T["$inferSelect"][] {
  const { fields } = layoutOf(table);
  return found.map((values) => {
    const row: Record<string, unknown> = {};
    // Wide rows by the thousand: an iterator over entries costs as much as all the rest.
    for (let index = 0; index < fields.length; index++) {
      const { name, isMoment } = fields[index] ?? nowhere;
      const value = values[index];
      row[name] = isMoment && typeof value === "string" ? new Date(value) : value;
    }
    return row;
  });
}

const nowhere = { name: "", isMoment: false };

interface Layout {
  readonly json: SQL;
  readonly fields: readonly { readonly name: string; readonly isMoment: boolean }[];
}

const layouts = new WeakMap<PgTable, Layout>();

function layoutOf(table: PgTable): Layout {
  const known = layouts.get(table);
  if (known !== undefined) return known;
  const { name, schema } = getTableConfig(table);
  const columns = Object.entries(getTableColumns(table));
  const place = schema === undefined ? [name] : [schema, name];
  const values = columns.map(([, column]) => [...place, column.name].map((part) => `"${part}"`).join("."));
  const layout = {
    json: sql.raw(`json_build_array(${values.join(", ")})`),
    fields: columns.map(([field, { columnType }]) => ({ name: field, isMoment: columnType === "PgTimestamp" })),
  };
  layouts.set(table, layout);
  return layout;
}
