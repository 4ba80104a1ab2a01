import type { HookState } from "@gastown/contracts";
import { bigint, index, integer, primaryKey, sql, text, timestamp } from "@gastown/db/drizzle";
import { scm } from "./scm.ts";

/**
 * The inbox of webhooks (scm §3.4): one row a delivery that was handled, that could not be, or that is known to have been missed. One that
 * waits in stream `HOOK` has none yet. The bodies are in the stream, for seven days; the rows stay for thirty.
 */
export const deliveries = scm.table(
  "deliveries",
  {
    provider: text().notNull(),
    /** The forge's id, which stays the same when it sends the delivery again. */
    delivery: text().notNull(),
    event: text().notNull(),
    action: text(),
    installation: text(),
    /** The forge's id of the repository. */
    repoId: text("repo_id"),
    /** `failed`: to be handled when it comes again. `done`: nothing is done any more. `missed`: it never came. */
    status: text().$type<HookState["status"]>().notNull(),
    tries: integer().notNull().default(0),
    /** How often the forge was asked to send it again. */
    redeliveries: integer().notNull().default(0),
    reason: text(),
    /** Where its body is, in stream `HOOK`; null while it never came. */
    streamSeq: bigint("stream_seq", { mode: "number" }),
    receivedAt: timestamp("received_at", { withTimezone: true }),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.provider, table.delivery] }), index("deliveries_at").on(table.at)],
);

/** One row a log of deliveries that is read for what was missed (scm §3.4). */
export const hookRecoveries = scm.table(
  "hook_recoveries",
  {
    /** `github`, or `gitlab`. */
    provider: text().primaryKey(),
    /** Everything the forge sent before it has come, or was asked for again; null before the first look. */
    goodUntil: timestamp("good_until", { withTimezone: true }),
    nextLookAt: timestamp("next_look_at", { withTimezone: true }),
  },
  (table) => [
    index("hook_recoveries_due")
      .on(table.nextLookAt)
      .where(sql`next_look_at is not null`),
  ],
);
