import type { PolicyOverride } from "@gastown/contracts";
import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, text } from "drizzle-orm/pg-core";
import { moment, townSchema } from "./town-schema.ts";

export const towns = townSchema.table(
  "towns",
  {
    town: text().primaryKey(),
    name: text().notNull(),
    policyOverride: jsonb("policy_override").$type<PolicyOverride>().notNull(),
    model: text(),
    nextNumber: bigint("next_number", { mode: "number" }).notNull(),
    version: integer().notNull(),
    createdAt: moment("created_at").notNull(),
    /** When the rules must look; null: only something that arrives can change anything. */
    nextLookAt: moment("next_look_at"),
  },
  (t) => [
    index("towns_due")
      .on(t.nextLookAt)
      .where(sql`${t.nextLookAt} is not null`),
  ],
);
