import type { Cause } from "../domain/explain.ts";
import { toDate, toMs } from "./moments.ts";
import type { causes } from "./schema/causes.ts";

/** A cause as the domain knows it. */
export function causeOf(row: typeof causes.$inferSelect): Cause {
  const { bead, rule, says, movesWhen } = row;
  return { bead, rule, says, movesWhen, until: toMs(row.until), since: toMs(row.since) };
}

/** A cause as its table has it. */
export function causeRow(town: string, cause: Cause): typeof causes.$inferInsert {
  return { ...cause, town, until: toDate(cause.until), since: toDate(cause.since) };
}
