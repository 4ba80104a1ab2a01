import { jsonb, primaryKey, text, timestamp } from "@gastown/db/drizzle";
import type { Snapshot } from "../../domain/snapshot.ts";
import { pulls } from "./pulls.ts";
import { scm } from "./scm.ts";

/** The last reading of each head of a pull request. */
export const snapshots = scm.table(
  "snapshots",
  {
    pull: text()
      .notNull()
      .references(() => pulls.id, { onDelete: "cascade" }),
    head: text().notNull(),
    /** A digest of the forge's own answer. */
    rawHash: text("raw_hash").notNull(),
    snapshot: jsonb().$type<Snapshot>().notNull(),
    /** When the reading was begun. */
    readAt: timestamp("read_at", { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.pull, table.head] })],
);
