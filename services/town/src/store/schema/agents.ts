import type { AgentRole } from "@gastown/contracts";
import { bigint, boolean, integer, jsonb, primaryKey, text, unique } from "@gastown/db/drizzle";
import { noDuty, type Agent, type Process } from "../../domain/agent.ts";
import { moment, townSchema } from "./town-schema.ts";

/** What a bead of type `agent` has beyond other beads. */
export const agents = townSchema.table(
  "agents",
  {
    town: text().notNull(),
    agent: text().notNull(),
    number: bigint({ mode: "number" }).notNull(),
    name: text().notNull(),
    identity: text().notNull(),
    role: text().$type<AgentRole>().notNull(),
    rig: text(),
    status: text().$type<Agent["status"]>().notNull(),
    hook: text(),
    generation: integer().notNull(),
    process: jsonb().$type<Process>().notNull(),
    aliveAt: moment("alive_at"),
    activeAt: moment("active_at"),
    workedOn: text("worked_on"),
    dispatchedAt: moment("dispatched_at"),
    used: jsonb().$type<Agent["used"]>().notNull().default({ tokens: 0, microUsd: 0 }),
    busy: boolean().notNull().default(false),
    stalledAt: moment("stalled_at"),
    nudgedAt: jsonb("nudged_at").$type<Agent["nudgedAt"]>().notNull().default({ warn: null, escalate: null }),
    stopAskedAt: moment("stop_asked_at"),
    statusMessage: text("status_message"),
    model: jsonb().$type<Agent["model"]>(),
    duty: jsonb().$type<Agent["duty"]>().notNull().default(noDuty),
    correlation: text(),
    traceparent: text(),
    createdAt: moment("created_at").notNull(),
    version: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.town, t.agent] }), unique("agents_identity").on(t.town, t.identity)],
);
