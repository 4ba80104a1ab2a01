import { createLogger } from "@gastown/telemetry";
import { connectDatabase, migrate, type Database } from "../index.ts";

/** For tests: set GASTOWN_TEST_LOG=debug to see what happens. */
export const logger = createLogger("test", { level: process.env["GASTOWN_TEST_LOG"] ?? "silent" });

/** A service's schema with the plumbing only. */
export async function openSchema(url: string, schema = "town"): Promise<Database> {
  const db = await connectDatabase({ url, schema, name: "test", logger });
  await migrate(db, null);
  return db;
}
