import type { ProcessRecord } from "@gastown/service";
import { index, integer, jsonb, sql, text, timestamp, unique } from "@gastown/db/drizzle";
import { pulls } from "./pulls.ts";
import { scm } from "./scm.ts";

/** Where a check runs, and what it leaves there when the service dies. */
export interface CheckRunner {
  readonly host: string;
  readonly group: ProcessRecord;
  readonly folder: string;
}

/** One row a check of a commit of a pull request: it is there before the check runs, and there is one. */
export const checks = scm.table(
  "checks",
  {
    id: text().primaryKey(),
    pull: text()
      .notNull()
      .references(() => pulls.id, { onDelete: "cascade" }),
    name: text().notNull(),
    commit: text().notNull(),
    command: text().notNull(),
    state: text({ enum: ["queued", "running", "success", "failure", "timed_out", "error"] })
      .notNull()
      .default("queued"),
    /** The end of its output. */
    log: text().notNull().default(""),
    /** Runs that were begun. */
    tries: integer().notNull().default(0),
    runner: jsonb().$type<CheckRunner>(),
    startedAt: timestamp("started_at", { withTimezone: true }),
    finishedAt: timestamp("finished_at", { withTimezone: true }),
    nextLookAt: timestamp("next_look_at", { withTimezone: true }),
  },
  (table) => [
    unique("checks_once").on(table.pull, table.commit, table.name),
    index("checks_due")
      .on(table.nextLookAt)
      .where(sql`next_look_at is not null`),
  ],
);
