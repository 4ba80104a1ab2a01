import { integer, primaryKey, text, timestamp } from "@gastown/db/drizzle";
import { dispatcher } from "./dispatcher.ts";

/** One row for each thing that is to be said to a start of an agent. Kept until the agent's next start, so that what was said is known. */
export const agentNudges = dispatcher.table(
  "agent_nudges",
  {
    town: text().notNull(),
    nudge: text().notNull(),
    agent: text().notNull(),
    generation: integer().notNull(),
    message: text().notNull(),
    mode: text({ enum: ["immediate", "wait-idle"] }).notNull(),
    /** The `agent.nudge` command behind it. */
    commandId: text("command_id").notNull(),
    correlationId: text("correlation_id").notNull(),
    traceparent: text(),
    wishedAt: timestamp("wished_at", { withTimezone: true }).notNull(),
    askedAt: timestamp("asked_at", { withTimezone: true }),
    asks: integer().notNull().default(0),
    givenAt: timestamp("given_at", { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.town, table.nudge] })],
);
