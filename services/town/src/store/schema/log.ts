import { bigint, index, json, jsonb, primaryKey, text } from "@gastown/db/drizzle";
import type { Agent } from "../../domain/agent.ts";
import type { Bead } from "../../domain/bead.ts";
import type { Change } from "../../domain/change.ts";
import type { Nudge } from "../../domain/nudge.ts";
import type { Decided } from "../../domain/reconcile.ts";
import type { Rig } from "../../domain/rig.ts";
import type { TownState } from "../../domain/state.ts";
import { moment, townSchema } from "./town-schema.ts";

/**
 * Every stored input of a town in the order in which they took effect: commands that changed something, and looks of the
 * rules that decided something. What a town is follows from them (R17); rows are added, never
 * changed, and after 30 days replaced by what followed from them (`log_base`). Nobody asks Postgres what is in their JSON, so it is
 * kept as written, which costs less than jsonb.
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
    data: json().$type<unknown>(),
    /** For a look: the last entry of the town it had seen, and since when agents were heard. */
    asOf: bigint("as_of", { mode: "number" }),
    listeningSince: moment("listening_since"),
    decisions: json().$type<readonly Decided[]>(),
    changes: json().$type<readonly Change[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.id] }), index("log_town").on(t.town, t.id), index("log_at").on(t.at)],
);

/** A town as it was when the oldest entries of its log were removed: what its replay begins with. */
export const logBase = townSchema.table("log_base", {
  town: text().primaryKey(),
  /** The last entry it has the changes of. */
  entry: bigint({ mode: "number" }).notNull(),
  at: moment("at").notNull(),
  state: jsonb().$type<StoredState>().notNull(),
});

/** A town's state with lists for maps. */
export interface StoredState {
  readonly town: TownState["town"];
  readonly rigs: readonly Rig[];
  readonly beads: readonly Bead[];
  readonly agents: readonly Agent[];
  readonly nudges: readonly Nudge[];
}
