import type { Tx } from "@gastown/db";
import { eq } from "@gastown/db/drizzle";
import type { ReviewRow } from "./rows.ts";
import { reviews } from "./schema/reviews.ts";

/** A review that the forge is to have; the same id twice is one. */
export async function insertReview(tx: Tx, review: typeof reviews.$inferInsert): Promise<void> {
  await tx.insert(reviews).values(review).onConflictDoNothing();
}

/** All reviews of a pull request, oldest first, also those the forge does not have yet. */
export function readReviews(tx: Tx, pull: string): Promise<ReviewRow[]> {
  return tx.select().from(reviews).where(eq(reviews.pull, pull)).orderBy(reviews.seq);
}
