import { bigint, index, jsonb, primaryKey, text } from "@gastown/db/drizzle";
import { moment, townSchema } from "./town-schema.ts";

/** What happened to each bead: who did it, because of what, in which trace. Rows are added, never changed. */
export const beadHistory = townSchema.table(
  "bead_history",
  {
    id: bigint({ mode: "number" }).generatedAlwaysAsIdentity(),
    town: text().notNull(),
    bead: text().notNull(),
    at: moment("at").notNull(),
    type: text().notNull(),
    actor: text().notNull(),
    /** The id of a command, or the name of a rule. */
    cause: text().notNull(),
    traceId: text("trace_id"),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.id] }), index("bead_history_bead").on(t.town, t.bead, t.id)],
);
