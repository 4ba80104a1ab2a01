import { index, integer, sql, text, timestamp } from "@gastown/db/drizzle";
import { scm } from "./scm.ts";

/** One row a branch that is to be made; it goes once the town was told what came of it. */
export const branches = scm.table(
  "branches",
  {
    /** `<town>/<rig>/<branch>`. */
    id: text().primaryKey(),
    town: text().notNull(),
    rig: text().notNull(),
    branch: text().notNull(),
    /** Attempts since the wish. */
    tries: integer().notNull().default(0),
    /** Grows with every change of what a look depends on. */
    version: integer().notNull().default(0),
    traceparent: text(),
    correlationId: text("correlation_id").notNull(),
    causationId: text("causation_id").notNull(),
    nextLookAt: timestamp("next_look_at", { withTimezone: true }),
  },
  (table) => [
    index("branches_rig").on(table.town, table.rig),
    index("branches_due")
      .on(table.nextLookAt)
      .where(sql`next_look_at is not null`),
  ],
);
