import { bigint, index, integer, primaryKey, sql, text } from "@gastown/db/drizzle";
import type { Nudge } from "../../domain/nudge.ts";
import { moment, townSchema } from "./town-schema.ts";

/** What was or is to be said to agents: one row each, whatever becomes of it (W17). */
export const nudges = townSchema.table(
  "nudges",
  {
    town: text().notNull(),
    nudge: text().notNull(),
    number: bigint({ mode: "number" }).notNull(),
    agent: text().notNull(),
    message: text().notNull(),
    mode: text().$type<Nudge["mode"]>().notNull(),
    priority: text().$type<Nudge["priority"]>().notNull(),
    source: text().notNull(),
    state: text().$type<Nudge["state"]>().notNull(),
    reason: text(),
    createdAt: moment("created_at").notNull(),
    expiresAt: moment("expires_at"),
    askedAt: moment("asked_at"),
    deliveredAt: moment("delivered_at"),
    correlation: text().notNull(),
    traceparent: text(),
    version: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.town, t.nudge] }),
    index("nudges_agent").on(t.town, t.agent),
    index("nudges_pending")
      .on(t.town)
      .where(sql`${t.state} = 'pending'`),
  ],
);
