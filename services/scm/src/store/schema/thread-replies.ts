import { text, timestamp } from "@gastown/db/drizzle";
import { pulls } from "./pulls.ts";
import { scm } from "./scm.ts";

/** One row an answer in a review thread, there before the forge is asked: it is never said twice. */
export const threadReplies = scm.table("thread_replies", {
  /** The id of the command. */
  id: text().primaryKey(),
  pull: text()
    .notNull()
    .references(() => pulls.id, { onDelete: "cascade" }),
  at: timestamp({ withTimezone: true }).notNull().defaultNow(),
});
