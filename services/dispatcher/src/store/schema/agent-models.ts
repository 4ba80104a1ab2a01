import { boolean, integer, primaryKey, text, timestamp } from "@gastown/db/drizzle";
import { dispatcher } from "./dispatcher.ts";

/** One row an agent whose model is to be changed: gone when its host told what came of it, or the start has ended. */
export const agentModels = dispatcher.table(
  "agent_models",
  {
    town: text().notNull(),
    agent: text().notNull(),
    generation: integer().notNull(),
    /** Null: the installation's. */
    model: text(),
    /** What the host was asked for. */
    name: text(),
    /** The `agent.change_model` command behind it. */
    commandId: text("command_id").notNull(),
    correlationId: text("correlation_id").notNull(),
    traceparent: text(),
    wishedAt: timestamp("wished_at", { withTimezone: true }).notNull(),
    askedAt: timestamp("asked_at", { withTimezone: true }),
    asks: integer().notNull().default(0),
    /** The host sees to it. */
    taken: boolean().notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.town, table.agent] })],
);
