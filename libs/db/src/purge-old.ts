import { sql } from "@gastown/db/drizzle";
import type { Database } from "./database.ts";

/** What was sent a day ago, and verdicts 30 days old, are gone: by then no stream can bring the command again (nats §3.2, §5.2). */
export async function purgeOld(db: Database): Promise<void> {
  await db.drizzle.execute(sql`delete from outbox where sent_at < now() - interval '24 hours'`);
  await db.drizzle.execute(sql`delete from inbox where at < now() - interval '30 days'`);
}
