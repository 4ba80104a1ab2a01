import type { PrState } from "@gastown/contracts";
import {
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  sql,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from "@gastown/db/drizzle";
import type { BranchUpdate } from "../../domain/branch-updates.ts";
import type { Cause } from "../../domain/derive.ts";
import { scm } from "./scm.ts";

/**
 * One row a pull request: what is wished of it, what was last seen of it, and what was told of it. For the local forge
 * branches, draft flag and status are the pull request itself.
 */
export const pulls = scm.table(
  "pulls",
  {
    id: text().primaryKey(),
    /** Newest last. */
    seq: bigserial({ mode: "number" }).notNull(),
    town: text().notNull(),
    rig: text().notNull(),
    /** Null until the forge has given one. */
    number: integer(),
    /** Null while nobody follows it: then nothing of it is told to the town. */
    bead: text(),
    title: text().notNull(),
    body: text().notNull(),
    headBranch: text("head_branch").notNull(),
    baseBranch: text("base_branch").notNull(),
    status: text({ enum: ["opening", "open", "closed", "merged"] })
      .notNull()
      .default("opening"),
    draft: boolean().notNull(),

    // Wishes: null when there is none.
    draftWish: boolean("draft_wish"),
    closeWish: text("close_wish"),
    /** The head that is to be merged. */
    mergeWish: text("merge_wish"),

    // What was last seen.
    headCommit: text("head_commit"),
    headSeenAt: timestamp("head_seen_at", { withTimezone: true }),
    mergeableHead: text("mergeable_head"),
    mergeCommit: text("merge_commit"),
    closeReason: text("close_reason"),
    state: text().$type<PrState>(),
    causes: jsonb().$type<Cause[]>().notNull().default([]),
    since: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** Looks in a row that found the same state: the place on its ladder. */
    sameLooks: integer("same_looks").notNull().default(0),
    /** Readings in a row that a signal contradicts: then what was seen before stays (scm §1.9). */
    staleLooks: integer("stale_looks").notNull().default(0),
    /** When it was seen to be merged. */
    mergedAt: timestamp("merged_at", { withTimezone: true }),

    // Readings of a forge where each one costs something.
    /** When the last reading was begun. */
    readAt: timestamp("read_at", { withTimezone: true }),
    /** When it is to be read though nothing is heard of it. */
    nextReadAt: timestamp("next_read_at", { withTimezone: true }),
    /** When the last signal came that no reading has answered yet, and the first of those that are gathered with it. */
    dirtyAt: timestamp("dirty_at", { withTimezone: true }),
    dirtySince: timestamp("dirty_since", { withTimezone: true }),
    /** The newest head a signal told of, when, and of which change of the forge's. */
    knownHead: text("known_head"),
    knownHeadAt: timestamp("known_head_at", { withTimezone: true }),
    knownChangeAt: timestamp("known_change_at", { withTimezone: true }),

    /** Somebody opened it on the forge, and it was adopted: its branch is not ours. */
    foreign: boolean().notNull().default(false),
    /** The branch of a merged one was removed, or is to stay. */
    branchSettled: boolean("branch_settled").notNull().default(false),

    // What was done by ourselves.
    branchUpdates: jsonb("branch_updates").$type<BranchUpdate[]>().notNull().default([]),
    /** What our status on the forge says, as a digest. */
    statusReported: text("status_reported"),
    /** When people were last told that it waits. */
    waitToldAt: timestamp("wait_told_at", { withTimezone: true }),

    /** When its town last asked for it to be opened. */
    askedAt: timestamp("asked_at", { withTimezone: true }).notNull().defaultNow(),

    // What was told.
    announced: boolean().notNull().default(false),
    revision: integer().notNull().default(0),
    /** The town is to be told, though nothing changed: it asked again. */
    reportDue: boolean("report_due").notNull().default(false),

    /** Grows with every change of what a look depends on. */
    version: integer().notNull().default(0),
    /** The version the last look left: another one means that something has come since. */
    lookedVersion: integer("looked_version").notNull().default(-1),
    traceparent: text(),
    mergeTraceparent: text("merge_traceparent"),
    correlationId: text("correlation_id").notNull(),
    /** The command that last changed a wish. */
    causationId: text("causation_id").notNull(),
    nextLookAt: timestamp("next_look_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    unique("pulls_number").on(table.town, table.rig, table.number),
    uniqueIndex("pulls_live")
      .on(table.town, table.rig, table.bead)
      .where(sql`status in ('opening', 'open')`),
    index("pulls_bead").on(table.town, table.bead),
    index("pulls_newest").on(table.town, table.seq),
    index("pulls_head").on(table.headCommit),
    index("pulls_due")
      .on(table.nextLookAt)
      .where(sql`next_look_at is not null`),
  ],
);
