import type { branches } from "./schema/branches.ts";
import type { checks } from "./schema/checks.ts";
import type { mergeAttempts } from "./schema/merge-attempts.ts";
import type { pulls } from "./schema/pulls.ts";
import type { repos } from "./schema/repos.ts";
import type { reviews } from "./schema/reviews.ts";

export type RepoRow = typeof repos.$inferSelect;
export type BranchRow = typeof branches.$inferSelect;
export type PullRow = typeof pulls.$inferSelect;
export type ReviewRow = typeof reviews.$inferSelect;
export type CheckRow = typeof checks.$inferSelect;
export type AttemptRow = typeof mergeAttempts.$inferSelect;

/** A pull request the forge has given a number: all but one that is still being opened. */
export type NumberedPull = PullRow & { number: number };

export function isNumbered(pull: PullRow): pull is NumberedPull {
  return pull.number !== null;
}
