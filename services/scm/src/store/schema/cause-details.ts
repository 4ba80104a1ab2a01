import type { PrState } from "@gastown/contracts";
import { integer, primaryKey, text } from "@gastown/db/drizzle";
import { pulls } from "./pulls.ts";
import { scm } from "./scm.ts";

/** What the forge said about one cause, asked once for each head and base (scm §2.1: "once per (head, base)"). */
export const causeDetails = scm.table(
  "cause_details",
  {
    pull: text()
      .notNull()
      .references(() => pulls.id, { onDelete: "cascade" }),
    cause: text().$type<PrState>().notNull(),
    head: text().notNull(),
    base: text().notNull(),
    /** What the snapshot showed when it was asked: it is asked again when that is something else. */
    about: text().notNull(),
    asked: integer().notNull(),
    text: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.pull, table.cause, table.head, table.base] })],
);
