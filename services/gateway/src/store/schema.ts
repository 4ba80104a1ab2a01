import { jsonb, pgSchema, text, timestamp } from "@gastown/db/drizzle";

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

/** Tickets that open a terminal once, by the hash of their secret. Who uses one takes its row away. */
export const terminalTickets = schema.table("terminal_tickets", {
  hash: text("hash").primaryKey(),
  town: text("town").notNull(),
  agent: text("agent").notNull(),
  mode: text("mode", { enum: ["write", "watch"] }).notNull(),
  program: text("program", { enum: ["shell", "agent"] }).notNull(),
  /** Null: a new terminal for who writes, the newest one for who watches. */
  session: text("session"),
  /** The id of the token that it was asked for with. */
  token: text("for_token").notNull(),
  /** Whose it is, for the log. */
  actor: text("actor").notNull(),
  expiresAt: at("expires_at").notNull(),
});

/**
 * One row a visit to the forge that a browser was sent on, or a link it is asked to confirm: single use, by the hash of a nonce
 * that only that browser has.
 */
export const installVisits = schema.table("install_visits", {
  nonceHash: text("nonce_hash").primaryKey(),
  purpose: text("purpose", { enum: ["install", "confirm"] }).notNull(),
  /** The id of the token that the person signed in with. */
  user: text("for_user").notNull(),
  /** The town that is to use the installation; `_`: all towns. */
  owner: text("owner").notNull(),
  /** Null: the default page. */
  returnPath: text("return_path"),
  /** What is to be confirmed: an installation that was verified, whose it is, and scm's proof. */
  link: jsonb("link").$type<{ installation: string; account: string; person: string; proof: string }>(),
  expiresAt: at("expires_at").notNull(),
  usedAt: at("used_at"),
});
