import { sql, type SQL, type SQLWrapper } from "@gastown/db/drizzle";

/** The value is one of these: one parameter, however many there are (a statement takes 65,535). */
export function isOneOf(value: SQLWrapper, ids: readonly string[]): SQL {
  return sql`${value} = any(${sql.param(ids)}::text[])`;
}
