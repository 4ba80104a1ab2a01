import { index, sql, text, timestamp } from "@gastown/db/drizzle";
import { repos } from "./repos.ts";
import { scm } from "./scm.ts";

/** One row a repository whose pull requests are read together, and when the next of them is to be. */
export const sweeps = scm.table(
  "sweeps",
  {
    id: text()
      .primaryKey()
      .references(() => repos.id, { onDelete: "cascade" }),
    nextLookAt: timestamp("next_look_at", { withTimezone: true }),
  },
  (table) => [
    index("sweeps_due")
      .on(table.nextLookAt)
      .where(sql`next_look_at is not null`),
  ],
);
