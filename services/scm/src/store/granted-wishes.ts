import { transaction, type Database } from "@gastown/db";
import { and, eq, isNotNull, isNull, sql } from "@gastown/db/drizzle";
import type { NumberedPull, PullRow } from "./rows.ts";
import { pulls } from "./schema/pulls.ts";
import { reviews } from "./schema/reviews.ts";

/** The forge has done what was wished: it is not asked again, whatever becomes of the look. A wish that is another by now stays. */
export async function noteDraftGranted(db: Database, { id, draftWish }: PullRow): Promise<void> {
  if (draftWish === null) return;
  await db.drizzle
    .update(pulls)
    .set({ draftWish: null })
    .where(and(eq(pulls.id, id), eq(pulls.draftWish, draftWish)));
}

/** As `noteDraftGranted`; why it was closed stays. */
export async function noteCloseGranted(db: Database, { id, closeWish }: PullRow): Promise<void> {
  if (closeWish === null) return;
  await db.drizzle
    .update(pulls)
    .set({ closeWish: null, closeReason: closeWish })
    .where(and(eq(pulls.id, id), eq(pulls.closeWish, closeWish)));
}

/** The review is being given to the forge: it is never given twice. False when it was before. */
export async function beginReview(db: Database, id: string): Promise<boolean> {
  const begun = await db.drizzle
    .update(reviews)
    .set({ givenAt: sql`now()` })
    .where(and(eq(reviews.id, id), isNull(reviews.givenAt)))
    .returning({ id: reviews.id });
  return begun.length > 0;
}

/** The forge did not look at it: the review waits. */
export async function takeBackReview(db: Database, id: string): Promise<void> {
  await db.drizzle.update(reviews).set({ givenAt: null }).where(eq(reviews.id, id));
}

/** What became of a pull request that the forge says is open. */
export type Opened =
  | { readonly is: "open" }
  /** The forge has one of this number that is known already, and that somebody else's bead follows. */
  | { readonly is: "taken"; readonly bead: string };

/**
 * The forge has given the pull request a number. When it is one that is known already and nobody follows, that one becomes the
 * bead's, and this row goes.
 */
export function noteOpened(db: Database, pull: PullRow, number: number): Promise<Opened> {
  return transaction(db, async (tx) => {
    const { id, town, rig, bead, version } = pull;
    const [known] = await tx
      .select()
      .from(pulls)
      .where(and(eq(pulls.town, town), eq(pulls.rig, rig), eq(pulls.number, number)))
      .for("update");
    const opened = { number, status: "open" as const, nextLookAt: sql`now()` };
    if (known === undefined || known.id === id) {
      await tx
        .update(pulls)
        .set({ ...opened, version: version + 1 })
        .where(and(eq(pulls.id, id), isNull(pulls.number)));
      return { is: "open" };
    }
    if (known.bead !== null && known.bead !== bead) return { is: "taken", bead: known.bead };
    const { title, body, correlationId, causationId, traceparent } = pull;
    await tx.delete(pulls).where(eq(pulls.id, id));
    const reopened = known.status === "open" ? {} : { state: null, announced: false };
    await tx
      .update(pulls)
      .set({
        ...opened,
        ...reopened,
        bead,
        title,
        body,
        correlationId,
        causationId,
        traceparent,
        reportDue: true,
        version: sql`${pulls.version} + 1`,
      })
      .where(eq(pulls.id, known.id));
    return { is: "open" };
  });
}

/** What our status on the forge says now. */
export async function noteStatus(db: Database, pull: NumberedPull, digest: string): Promise<void> {
  await db.drizzle.update(pulls).set({ statusReported: digest }).where(eq(pulls.id, pull.id));
}

/** Our own branch of a merged pull request has been dealt with: nothing of it is asked again. */
export async function noteBranchSettled(db: Database, { id }: PullRow): Promise<void> {
  await db.drizzle
    .update(pulls)
    .set({ branchSettled: true })
    .where(and(eq(pulls.id, id), isNotNull(pulls.number)));
}
