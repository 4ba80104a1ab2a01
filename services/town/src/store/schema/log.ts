import { bigint, index, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import type { Change } from "../../domain/change.ts";
import type { Decided } from "../../domain/reconcile.ts";
import { moment, townSchema } from "./town-schema.ts";

/**
 * Every stored input of a town in the order in which they took effect: commands that changed something, and looks of the
 * rules that decided something. What a town is follows from them (R17); rows are added, never changed.
 */
export const log = townSchema.table(
  "log",
  {
    id: bigint({ mode: "number" }).generatedAlwaysAsIdentity(),
    town: text().notNull(),
    at: moment("at").notNull(),
    kind: text().$type<"input" | "look">().notNull(),
    /** The command's type; `reconcile` for a look. */
    type: text().notNull(),
    actor: text().notNull(),
    /** The command's id; the names of the rules that decided. */
    cause: text().notNull(),
    correlation: text().notNull(),
    traceparent: text(),
    /** The command's data; null for a look. */
    data: jsonb().$type<unknown>(),
    /** For a look: the last entry of the town it had seen, and since when agents were heard. */
    asOf: bigint("as_of", { mode: "number" }),
    listeningSince: moment("listening_since"),
    decisions: jsonb().$type<readonly Decided[]>(),
    changes: jsonb().$type<readonly Change[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.id] }), index("log_town").on(t.town, t.id)],
);
