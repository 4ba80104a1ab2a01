import type { ForgeKind, RigView } from "@gastown/contracts";
import { integer, jsonb, primaryKey, text, unique } from "@gastown/db/drizzle";
import type { Rig } from "../../domain/rig.ts";
import { moment, townSchema } from "./town-schema.ts";

export const rigs = townSchema.table(
  "rigs",
  {
    town: text().notNull(),
    rig: text().notNull(),
    prefix: text().notNull(),
    source: text().notNull(),
    defaultBranch: text("default_branch"),
    check: text("check_command"),
    requiredApprovals: integer("required_approvals").notNull(),
    forge: text().$type<ForgeKind>().notNull().default("local"),
    merge: jsonb().$type<Rig["merge"]>().notNull().default({}),
    policyOverride: jsonb("policy_override").$type<Rig["policyOverride"]>().notNull().default({}),
    model: text(),
    models: jsonb().$type<Rig["models"]>().notNull().default({}),
    instructions: jsonb().$type<Rig["instructions"]>().notNull().default({}),
    env: jsonb().$type<Rig["env"]>().notNull().default({}),
    state: text().$type<RigView["state"]>().notNull(),
    stateReason: text("state_reason"),
    cloneUrl: text("clone_url"),
    askedAt: moment("asked_at"),
    correlation: text().notNull(),
    traceparent: text(),
    createdAt: moment("created_at").notNull(),
    version: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.town, t.rig] }), unique("rigs_prefix").on(t.town, t.prefix)],
);
