import { ScmError, type Forge } from "../forges/forge.ts";
import { beginReview, noteCloseGranted, noteDraftGranted, takeBackReview } from "../store/granted-wishes.ts";
import type { ReviewRow } from "../store/rows.ts";
import type { ScmContext } from "./context.ts";
import type { NumberedLook } from "./numbered-look.ts";

interface Granting {
  readonly forge: Forge;
  readonly signal: AbortSignal;
}

/** Says to the forge what is wished, each wish once. True when something was said. */
export async function grantWishes(
  { db }: Pick<ScmContext, "db">,
  { pull, waitingReviews }: NumberedLook,
  { forge, signal }: Granting,
): Promise<boolean> {
  for (const review of waitingReviews) await give(review);
  if (pull.draftWish !== null) {
    await forge.setDraft(pull, pull.draftWish, { signal });
    await noteDraftGranted(db, pull);
  }
  if (pull.closeWish !== null) {
    await forge.closePr(pull, pull.closeWish, { signal });
    await noteCloseGranted(db, pull);
  }
  return waitingReviews.length > 0 || pull.draftWish !== null || pull.closeWish !== null;

  /** A forge elsewhere would have it twice if it were given again; our own knows it by its id. */
  async function give(review: ReviewRow): Promise<void> {
    if (forge.capabilities().cheapReads) return forge.addReview(pull, review, { signal });
    if (!(await beginReview(db, review.id))) return;
    try {
      await forge.addReview(pull, review, { signal });
    } catch (error) {
      if (error instanceof ScmError && error.kind === "rate") await takeBackReview(db, review.id);
      throw error;
    }
  }
}
