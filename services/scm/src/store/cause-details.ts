import type { Database } from "@gastown/db";
import { and, eq } from "@gastown/db/drizzle";
import { causeDetails } from "./schema/cause-details.ts";

export type CauseDetail = typeof causeDetails.$inferSelect;
type Key = Pick<CauseDetail, "pull" | "cause" | "head" | "base">;

/** What was asked about this cause of this head and base; null when nothing was. */
export async function findDetail(db: Database, key: Key): Promise<CauseDetail | null> {
  const rows = await db.drizzle
    .select()
    .from(causeDetails)
    .where(
      and(
        eq(causeDetails.pull, key.pull),
        eq(causeDetails.cause, key.cause),
        eq(causeDetails.head, key.head),
        eq(causeDetails.base, key.base),
      ),
    );
  return rows[0] ?? null;
}

export async function saveDetail(db: Database, detail: CauseDetail): Promise<void> {
  const { about, asked, text } = detail;
  await db.drizzle
    .insert(causeDetails)
    .values(detail)
    .onConflictDoUpdate({
      target: [causeDetails.pull, causeDetails.cause, causeDetails.head, causeDetails.base],
      set: { about, asked, text },
    });
}
