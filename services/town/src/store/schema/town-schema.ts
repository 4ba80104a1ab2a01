import { pgSchema, timestamp } from "@gastown/db/drizzle";

/** The Postgres schema of this service; nobody else reads or writes it. */
export const townSchema = pgSchema("town");

/** A moment, in UTC. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
