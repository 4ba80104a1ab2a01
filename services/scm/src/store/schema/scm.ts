import { pgSchema } from "@gastown/db/drizzle";

/** All tables of the service are in this schema; nobody else writes it. */
export const scm = pgSchema("scm");
