import { primaryKey, text } from "@gastown/db/drizzle";
import { moment, townSchema } from "./town-schema.ts";

/** What each rule said last about a bead it left alone: what `explain` tells. */
export const causes = townSchema.table(
  "causes",
  {
    town: text().notNull(),
    bead: text().notNull(),
    rule: text().notNull(),
    says: text().notNull(),
    movesWhen: text("moves_when").notNull(),
    until: moment("until"),
    since: moment("since").notNull(),
  },
  (t) => [primaryKey({ columns: [t.town, t.bead, t.rule] })],
);
