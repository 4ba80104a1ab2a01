import { bigserial, index, text, timestamp } from "@gastown/db/drizzle";
import { pulls } from "./pulls.ts";
import { scm } from "./scm.ts";

/** Reviews, as they were asked for; the forge has those that are given. */
export const reviews = scm.table(
  "reviews",
  {
    /** The id of the command: the same review twice is one. */
    id: text().primaryKey(),
    seq: bigserial({ mode: "number" }).notNull(),
    pull: text()
      .notNull()
      .references(() => pulls.id, { onDelete: "cascade" }),
    reviewer: text().notNull(),
    verdict: text({ enum: ["approve", "request_changes", "comment"] }).notNull(),
    body: text().notNull(),
    commit: text().notNull(),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** Null until the forge has it. */
    givenAt: timestamp("given_at", { withTimezone: true }),
  },
  (table) => [index("reviews_pull").on(table.pull, table.seq)],
);
