import type { ForgeKind, MergeSettings } from "@gastown/contracts";
import { boolean, index, integer, jsonb, sql, text, timestamp, unique } from "@gastown/db/drizzle";
import type { CheckRunner } from "./checks.ts";
import { scm } from "./scm.ts";

/** What is to be removed before anything else is done for a rig: its repository, and what checks of it left running. */
export interface Purge {
  readonly runners: readonly CheckRunner[];
}

/** One row a rig: what is wished of its repository, and what was found. */
export const repos = scm.table(
  "repos",
  {
    /** `<town>/<rig>`. */
    id: text().primaryKey(),
    town: text().notNull(),
    rig: text().notNull(),
    source: text().notNull(),
    /** Null: the one the source has. */
    wantedBranch: text("wanted_branch"),
    checkCommand: text("check_command"),
    requiredApprovals: integer("required_approvals").notNull(),
    forge: text().$type<ForgeKind>().notNull().default("local"),
    /** What the rig sets of how its pull requests are merged. */
    merge: jsonb().$type<MergeSettings>().notNull().default({}),
    /** What the forge calls the repository, its stable id there, and GitHub's installation; null on the local forge. */
    remote: text(),
    remoteId: text("remote_id"),
    installation: text(),
    /** Pull requests in a row that were merged without any check (scm §1.4). */
    uncheckedMerges: integer("unchecked_merges").notNull().default(0),
    /** The forge wants to be left alone until then. */
    pausedUntil: timestamp("paused_until", { withTimezone: true }),
    /** `forgotten`: there is no such rig any more; the row goes once its repository is removed. */
    state: text({ enum: ["registering", "ready", "failed", "forgotten"] })
      .notNull()
      .default("registering"),
    reason: text(),
    purge: jsonb().$type<Purge>(),
    defaultBranch: text("default_branch"),
    /** The last number given to a pull request. */
    lastNumber: integer("last_number").notNull().default(0),
    /** The town is to be told, though nothing changed: it asked again. */
    reportDue: boolean("report_due").notNull().default(true),
    /** Where people reached us when the town was last told. */
    reportedUrl: text("reported_url"),
    /** Attempts since the wish changed. */
    tries: integer().notNull().default(0),
    /** Grows with every change of what a look depends on. */
    version: integer().notNull().default(0),
    traceparent: text(),
    correlationId: text("correlation_id").notNull(),
    causationId: text("causation_id").notNull(),
    nextLookAt: timestamp("next_look_at", { withTimezone: true }),
    /** When it was first registered since it was last forgotten: credentials are good for this one only. */
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    unique("repos_town_rig").on(table.town, table.rig),
    index("repos_remote").on(table.forge, table.remoteId),
    index("repos_due")
      .on(table.nextLookAt)
      .where(sql`next_look_at is not null`),
  ],
);
