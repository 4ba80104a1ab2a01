import type { Job } from "@gastown/contracts";
import { integer, json, primaryKey, text, timestamp } from "@gastown/db/drizzle";
import { dispatcher } from "./dispatcher.ts";

/** One row an agent that should run: its newest start. Gone when it is not wished any more, or has ended. */
export const agentWishes = dispatcher.table(
  "agent_wishes",
  {
    town: text().notNull(),
    agent: text().notNull(),
    generation: integer().notNull(),
    /** Not jsonb: that refuses some texts that people may write. */
    job: json().$type<Job>().notNull(),
    /** The `agent.start` command behind it. */
    commandId: text("command_id").notNull(),
    correlationId: text("correlation_id").notNull(),
    traceparent: text(),
    wishedAt: timestamp("wished_at", { withTimezone: true }).notNull(),
    askedAt: timestamp("asked_at", { withTimezone: true }),
    refusal: text(),
    refusals: integer().notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.town, table.agent] })],
);
