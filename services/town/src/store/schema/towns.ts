import type { PolicyOverride } from "@gastown/contracts";
import { bigint, boolean, index, integer, jsonb, sql, text } from "@gastown/db/drizzle";
import type { Town } from "../../domain/town.ts";
import { moment, townSchema } from "./town-schema.ts";

export const towns = townSchema.table(
  "towns",
  {
    town: text().primaryKey(),
    name: text().notNull(),
    policyOverride: jsonb("policy_override").$type<PolicyOverride>().notNull(),
    model: text(),
    models: jsonb().$type<Town["models"]>().notNull().default({}),
    instructions: jsonb().$type<Town["instructions"]>().notNull().default({}),
    env: jsonb().$type<Town["env"]>().notNull().default({}),
    stopped: jsonb().$type<Town["stopped"]>(),
    failures: jsonb().$type<Town["failures"]>().notNull().default([]),
    open: jsonb().$type<Town["open"]>().notNull().default([]),
    spent: jsonb().$type<Town["spent"]>().notNull().default({ dispatches: 0, agentMs: 0, tokens: 0, microUsd: 0 }),
    spentSince: moment("spent_since").notNull().defaultNow(),
    budgetTold: boolean("budget_told").notNull().default(false),
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
