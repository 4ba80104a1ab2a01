import { effectiveRules, noRules } from "./branch-rules.ts";
import type { BranchRules, RepositoryState } from "./world-types.ts";

interface BranchMove {
  readonly branch: string;
  /** Null: it is to be deleted. */
  readonly after: string | null;
  /** It takes commits away. */
  readonly forced: boolean;
}

/** Why this account may not move a branch so, without a pull request; null: it may. In rulesets' words [I]. */
export function guardBranch(
  repository: RepositoryState,
  { branch, after, forced }: BranchMove,
  login: string,
): string | null {
  const rules = effectiveRules(repository, branch);
  if (rules === noRules || rules.bypass.includes(login)) return null;
  if (rules.locked) return "Cannot change this locked branch";
  if (rules.mergeQueue !== null) return "Changes must be made through the merge queue";
  if (wantsPullRequest(rules)) return "Changes must be made through a pull request.";
  if (rules.pushers !== null && !rules.pushers.includes(login)) return "You're not authorized to push to this branch.";
  if (after === null) return "Cannot delete this branch";
  return forced ? "Cannot force-push to this branch" : null;
}

function wantsPullRequest({
  requiredApprovals,
  codeOwnerReview,
  requiredChecks,
  conversationResolution,
}: BranchRules): boolean {
  return requiredApprovals !== null || codeOwnerReview || conversationResolution || requiredChecks.length > 0;
}
