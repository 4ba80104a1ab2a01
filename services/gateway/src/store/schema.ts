import { pgSchema, text, timestamp } from "drizzle-orm/pg-core";

const schema = pgSchema("gateway");
const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Tokens. `hash` is the sha-256 of the secret, which is stored nowhere. */
export const tokens = schema.table("tokens", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  hash: text("hash").notNull().unique(),
  scope: text("scope", { enum: ["read", "write", "admin"] }).notNull(),
  town: text("town"),
  createdAt: at("created_at").notNull().defaultNow(),
  createdBy: text("created_by").notNull(),
  revokedAt: at("revoked_at"),
});

/** What was asked under an Idempotency-Key, by the command id made from it. Kept as long as commands are. */
export const fingerprints = schema.table("fingerprints", {
  command: text("command").primaryKey(),
  fingerprint: text("fingerprint").notNull(),
  createdAt: at("created_at").notNull().defaultNow(),
});
