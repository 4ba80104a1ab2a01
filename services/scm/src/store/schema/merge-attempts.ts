import type { AttemptResult } from "../../domain/merge-gate.ts";
import { integer, primaryKey, text, timestamp } from "@gastown/db/drizzle";
import { pulls } from "./pulls.ts";
import { scm } from "./scm.ts";

/** One row a fingerprint on which a merge was tried; it is there before the forge is asked (scm §2.3). */
export const mergeAttempts = scm.table(
  "merge_attempts",
  {
    pull: text()
      .notNull()
      .references(() => pulls.id, { onDelete: "cascade" }),
    fingerprint: text().notNull(),
    expectedHead: text("expected_head").notNull(),
    result: text().$type<AttemptResult>().notNull(),
    tries: integer().notNull(),
    message: text(),
    sha: text(),
    startedAt: timestamp("started_at", { withTimezone: true }).notNull().defaultNow(),
    endedAt: timestamp("ended_at", { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.pull, table.fingerprint] })],
);
