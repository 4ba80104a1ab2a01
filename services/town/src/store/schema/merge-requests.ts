import { boolean, index, integer, jsonb, primaryKey, sql, text } from "@gastown/db/drizzle";
import type { Pull, Request } from "../../domain/bead.ts";
import { moment, townSchema } from "./town-schema.ts";

/** What a bead of type `merge_request` has beyond other beads. */
export const mergeRequests = townSchema.table(
  "merge_requests",
  {
    town: text().notNull(),
    bead: text().notNull(),
    source: text(),
    adopts: integer(),
    awaitingSince: moment("awaiting_since"),
    fixups: integer().notNull().default(0),
    stuck: jsonb().$type<Request["stuck"]>(),
    branch: text().notNull(),
    target: text().notNull(),
    head: text(),
    summary: text().notNull(),
    /** The forge's last view, as a whole; `pull_state` repeats its state for queries. */
    pull: jsonb().$type<Pull>(),
    pullState: text("pull_state"),
    awaitsReport: boolean("awaits_report").notNull(),
    review: text().$type<Request["review"]>().notNull(),
    reviewHead: text("review_head"),
    reviewSummary: text("review_summary"),
    reviewer: text(),
    reviewTold: boolean("review_told").notNull(),
    parked: boolean().notNull(),
    reworkedHead: text("reworked_head"),
    openAskedAt: moment("open_asked_at"),
    mergeAskedAt: moment("merge_asked_at"),
    mergeAskedHead: text("merge_asked_head"),
    closeAskedAt: moment("close_asked_at"),
  },
  (t) => [
    primaryKey({ columns: [t.town, t.bead] }),
    index("merge_requests_source").on(t.town, t.source),
    // Those of which the forge still says something: what has ended there costs a look nothing.
    index("merge_requests_live")
      .on(t.town)
      .where(sql`${t.pullState} not in ('closed', 'merged')`),
  ],
);
