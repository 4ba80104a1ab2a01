import type { Objection, Snapshot } from "../../domain/snapshot.ts";

/** A review as it was given, oldest first in lists. */
export interface GivenReview {
  readonly reviewer: string;
  readonly verdict: "approve" | "request_changes" | "comment";
  readonly body: string;
  readonly commit: string;
}

type Opinions = Pick<Snapshot, "review" | "objections" | "approvals">;

/**
 * What the reviews come to on `head`. A reviewer's latest opinion counts, comments are none. Approvals count from people
 * (`user:`) and on this very head only; agents may object to a head, never approve it (scm §1.3). A person's objection to
 * an earlier head stays until that person looks again; an agent's is over with its head.
 */
export function opinionsOn(head: string, reviews: readonly GivenReview[], required: number): Opinions {
  const latest = new Map(
    reviews.filter((review) => review.verdict !== "comment").map((review) => [review.reviewer, review]),
  );
  const opinions = [...latest.values()];
  const objections = opinions.filter(objects).flatMap((review): Objection[] => {
    const outdated = review.commit !== head;
    return outdated && !isPerson(review) ? [] : [{ reviewer: review.reviewer, body: review.body, outdated }];
  });
  const given = opinions.filter(
    (review) => review.verdict === "approve" && review.commit === head && isPerson(review),
  ).length;
  return { objections, approvals: { given, required }, review: wordFor(objections, given, required) };
}

function objects(review: GivenReview): boolean {
  return review.verdict === "request_changes";
}

function isPerson(review: GivenReview): boolean {
  return review.reviewer.startsWith("user:");
}

function wordFor(objections: readonly Objection[], given: number, required: number): Snapshot["review"] {
  if (objections.some((objection) => !objection.outdated)) return "changes_requested";
  if (given < required) return "required";
  return given > 0 ? "approved" : "none";
}
