import type { BeadStatus, Priority } from "@gastown/contracts";
import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Bead } from "../../domain/bead.ts";
import { moment, townSchema } from "./town-schema.ts";

/** Every bead, agents' too. What only merge requests have is in `merge_requests`. */
export const beads = townSchema.table(
  "beads",
  {
    town: text().notNull(),
    bead: text().notNull(),
    number: bigint({ mode: "number" }).notNull(),
    type: text().$type<Bead["type"]>().notNull(),
    status: text().$type<BeadStatus>().notNull(),
    title: text().notNull(),
    body: text().notNull(),
    rig: text(),
    parent: text(),
    assignee: text(),
    priority: text().$type<Priority>().notNull(),
    labels: text().array().notNull(),
    severity: text().$type<Priority>(),
    held: boolean().notNull(),
    blocked: boolean().notNull(),
    attempts: integer().notNull(),
    lastDispatchAt: moment("last_dispatch_at"),
    reworkRounds: integer("rework_rounds").notNull(),
    branch: text(),
    feedback: text(),
    checkpoint: jsonb().$type<Record<string, unknown>>(),
    lastAgent: text("last_agent"),
    failureCode: text("failure_code"),
    failureMessage: text("failure_message"),
    correlation: text().notNull(),
    traceparent: text(),
    createdBy: text("created_by").notNull(),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
    closedAt: moment("closed_at"),
    version: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.town, t.bead] }),
    uniqueIndex("beads_number").on(t.town, t.number.desc()),
    index("beads_live")
      .on(t.town, t.type)
      .where(sql`${t.status} not in ('closed', 'failed')`),
    index("beads_rig").on(t.town, t.rig, t.status),
  ],
);
