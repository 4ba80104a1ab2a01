import { createHash } from "node:crypto";
import { fillPlaceholders, PgDialect, type SQL } from "@gastown/db/drizzle";
import type { PoolClient, QueryResultRow } from "pg";

/**
 * A query that is always the same but for its placeholders. A connection parses and plans it once, which for wide tables costs more
 * than running it.
 */
export interface Statement {
  /** The same for the same text. */
  readonly name: string;
  readonly text: string;
  readonly params: readonly unknown[];
}

const dialect = new PgDialect();

/** Writes down a query; what changes from run to run are `sql.placeholder`s in it. */
export function defineStatement(query: SQL): Statement {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return { name: createHash("sha1").update(text).digest("hex"), text, params };
}

/** Runs it with these values for its placeholders. */
export async function runOn<Row extends QueryResultRow>(
  client: PoolClient,
  { name, text, params }: Statement,
  values: Record<string, unknown>,
): Promise<Row[]> {
  const { rows } = await client.query<Row>({ name, text, values: fillPlaceholders([...params], values) });
  return rows;
}
