import type { PullState, ReviewState } from "./world-types.ts";

/** The last review with an opinion of each reviewer, oldest first; a comment does not change an opinion (scm §1.3). */
export function latestOpinions(pull: PullState): readonly ReviewState[] {
  const latest = new Map<string, ReviewState>();
  for (const review of pull.reviews) {
    if (review.state === "COMMENTED") continue;
    latest.delete(review.author);
    latest.set(review.author, review);
  }
  return [...latest.values()];
}
