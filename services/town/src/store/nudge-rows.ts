import type { Nudge } from "../domain/nudge.ts";
import { toDate, toMs } from "./moments.ts";
import { numberOf } from "./number-of.ts";
import type { nudges } from "./schema/nudges.ts";

/** A nudge as the domain knows it. */
export function nudgeOf(row: typeof nudges.$inferSelect): Nudge {
  const { town: _town, number: _number, correlation, traceparent, ...nudge } = row;
  return {
    ...nudge,
    createdAt: toMs(nudge.createdAt),
    expiresAt: toMs(nudge.expiresAt),
    askedAt: toMs(nudge.askedAt),
    deliveredAt: toMs(nudge.deliveredAt),
    trace: { correlation, traceparent },
  };
}

/** A nudge as its table has it. */
export function nudgeRow(town: string, nudge: Nudge): typeof nudges.$inferInsert {
  const { trace, ...fields } = nudge;
  return {
    ...fields,
    ...trace,
    town,
    number: numberOf(nudge.nudge),
    createdAt: toDate(nudge.createdAt),
    expiresAt: toDate(nudge.expiresAt),
    askedAt: toDate(nudge.askedAt),
    deliveredAt: toDate(nudge.deliveredAt),
  };
}
