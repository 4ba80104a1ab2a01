import type { EndCause } from "@gastown/contracts";
import { bigint, boolean, integer, primaryKey, text, timestamp } from "@gastown/db/drizzle";
import { dispatcher } from "./dispatcher.ts";

/** One row an agent: what is known of its newest start that a container was asked for. Kept when that has ended: an ended start never begins again. */
export const agentObserved = dispatcher.table(
  "agent_observed",
  {
    town: text().notNull(),
    agent: text().notNull(),
    generation: integer().notNull(),
    state: text({ enum: ["waiting", "starting", "running", "stopping", "exited", "failed"] }).notNull(),
    reason: text().notNull(),
    /** Typed, for the town's rules; null while it has not ended, never ran, or nobody said. */
    endCause: text("end_cause").$type<EndCause>(),
    container: text(),
    /** The `agent.start` command behind it. */
    commandId: text("command_id").notNull(),
    correlationId: text("correlation_id").notNull(),
    traceparent: text(),
    since: timestamp({ withTimezone: true }).notNull(),
    aliveAt: timestamp("alive_at", { withTimezone: true }),
    activeAt: timestamp("active_at", { withTimezone: true }),
    busy: boolean().notNull().default(false),
    inputTokens: bigint("input_tokens", { mode: "number" }).notNull().default(0),
    outputTokens: bigint("output_tokens", { mode: "number" }).notNull().default(0),
    /** Set while it is to be stopped. */
    stopReason: text("stop_reason"),
    /** Null also where an earlier version wished it. */
    stopWishedAt: timestamp("stop_wished_at", { withTimezone: true }),
    stopAskedAt: timestamp("stop_asked_at", { withTimezone: true }),
    stopAsks: integer("stop_asks").notNull().default(0),
    /** When it was first asked for with force. */
    stopForcedAt: timestamp("stop_forced_at", { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.town, table.agent] })],
);
