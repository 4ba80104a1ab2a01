import type { BeadStatus, IssueKind, Priority } from "@gastown/contracts";
import { bigint, boolean, index, integer, jsonb, primaryKey, sql, text, uniqueIndex } from "@gastown/db/drizzle";
import type { Bead, Convoy, Issue, Molecule, Triage } from "../../domain/bead.ts";
import { moment, townSchema } from "./town-schema.ts";

/** What a convoy or a molecule has beyond other beads. */
export type Details =
  | Pick<Convoy, "mergeMode" | "staged" | "branch" | "members" | "landings" | "progress" | "landedAt">
  | Pick<Molecule, "source" | "formula" | "steps">;

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
    setbacks: integer().notNull().default(0),
    dispatches: integer().notNull().default(0),
    agentMs: bigint("agent_ms", { mode: "number" }).notNull().default(0),
    tokens: bigint({ mode: "number" }).notNull().default(0),
    microUsd: bigint("micro_usd", { mode: "number" }).notNull().default(0),
    budgetTold: boolean("budget_told").notNull().default(false),
    kind: text().$type<IssueKind>(),
    convoy: text(),
    molecule: text(),
    step: jsonb().$type<Issue["step"]>(),
    triage: jsonb().$type<Triage>(),
    fixup: jsonb().$type<Issue["fixup"]>(),
    acknowledgedAt: moment("acknowledged_at"),
    reEscalations: integer("re_escalations").notNull().default(0),
    announced: boolean().notNull().default(false),
    /** What only convoys and molecules have, as a whole. */
    details: jsonb().$type<Details>(),
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
    index("beads_convoy")
      .on(t.town, t.convoy)
      .where(sql`${t.convoy} is not null`),
    index("beads_parent")
      .on(t.town, t.parent)
      .where(sql`${t.parent} is not null`),
    index("beads_rig").on(t.town, t.rig, t.status),
  ],
);
