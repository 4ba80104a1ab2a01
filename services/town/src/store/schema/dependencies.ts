import { index, integer, primaryKey, text } from "@gastown/db/drizzle";
import { townSchema } from "./town-schema.ts";

/** `bead` is not dispatched before `depends_on` is closed. */
export const dependencies = townSchema.table(
  "dependencies",
  {
    town: text().notNull(),
    bead: text().notNull(),
    dependsOn: text("depends_on").notNull(),
    /** Keeps the order in which they were given. */
    position: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.town, t.bead, t.dependsOn] }),
    index("dependencies_dependants").on(t.town, t.dependsOn),
  ],
);
