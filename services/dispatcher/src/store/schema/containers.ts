import { boolean, index, integer, json, sql, text, timestamp } from "@gastown/db/drizzle";
import type { RememberedMayor } from "../../domain/state.ts";
import { dispatcher } from "./dispatcher.ts";

/** One row a town: its newest container, and when the town is to be looked at again (null: only when something happens). */
export const containers = dispatcher.table(
  "containers",
  {
    town: text().primaryKey(),
    /** 0 before the first. */
    generation: integer().notNull().default(0),
    state: text({ enum: ["starting", "running", "stopping", "stopped"] })
      .notNull()
      .default("stopped"),
    reason: text().notNull().default(""),
    startedAt: timestamp("started_at", { withTimezone: true }),
    seenAt: timestamp("seen_at", { withTimezone: true }),
    stoppedAt: timestamp("stopped_at", { withTimezone: true }),
    /** Containers in a row that ended without ever answering. */
    failures: integer().notNull().default(0),
    vouchedAt: timestamp("vouched_at", { withTimezone: true }),
    /** Since when it waits for a place among the installation's containers. */
    waitsSince: timestamp("waits_since", { withTimezone: true }),
    idleStoppedAt: timestamp("idle_stopped_at", { withTimezone: true }),
    /** When the town was deleted: the row stays a while, so that what is still said about it is known for that. */
    forgottenAt: timestamp("forgotten_at", { withTimezone: true }),
    /** What the deleted town left is to be removed. */
    clearing: boolean().notNull().default(false),
    /** The town's mayor as its next start is going to be, and the container that got ready for it. Not jsonb: that refuses some texts. */
    mayor: json().$type<RememberedMayor>(),
    nextLookAt: timestamp("next_look_at", { withTimezone: true }),
  },
  (table) => [
    index("containers_due")
      .on(table.nextLookAt)
      .where(sql`next_look_at is not null`),
    // Who holds a place among the installation's containers, and who waits for one.
    index("containers_places")
      .on(table.waitsSince)
      .where(sql`state <> 'stopped' or waits_since is not null`),
  ],
);
