import type { Opinion, PullFacts } from "./pull-facts.ts";

export type ReviewDecision = "APPROVED" | "CHANGES_REQUESTED" | "REVIEW_REQUIRED";

/**
 * One word for the reviews (scm §1.3). Null when the base requires no approving review, whatever reviews there are, and with
 * rules of code owners alone [I]. Code owners and the approval of the last push are part of it when approvals are required
 * ([I] for the last push, [U] for code owners, scm §9.2).
 */
export function reviewDecision(facts: PullFacts): ReviewDecision | null {
  if ((facts.rules.requiredApprovals ?? 0) === 0) return null;
  if (writersSay(facts, "CHANGES_REQUESTED").length > 0) return "CHANGES_REQUESTED";
  const missing = approvalsMissing(facts) > 0 || ownersPending(facts).length > 0 || lastPushPending(facts);
  return missing ? "REVIEW_REQUIRED" : "APPROVED";
}

/** Writers whose latest opinion is this one. */
function writersSay(facts: PullFacts, state: Opinion["state"]): readonly Opinion[] {
  return facts.opinions.filter((opinion) => opinion.writer && opinion.state === state);
}

/** How many approvals of writers are still needed. */
export function approvalsMissing(facts: PullFacts): number {
  return Math.max(0, (facts.rules.requiredApprovals ?? 0) - writersSay(facts, "APPROVED").length);
}

/** Groups of code owners of whom nobody approved, where the rules want that; [D] also with a count of 0. */
export function ownersPending(facts: PullFacts): readonly (readonly string[])[] {
  if (!facts.rules.codeOwnerReview) return [];
  const approvers = new Set(writersSay(facts, "APPROVED").map(({ author }) => author));
  return facts.ownerGroups.filter((group) => !group.some((owner) => approvers.has(owner)));
}

/** Nobody but who pushed last approved this very head, where the rules want that. */
export function lastPushPending(facts: PullFacts): boolean {
  if (!facts.rules.lastPushApproval) return false;
  return !writersSay(facts, "APPROVED").some(
    ({ author, commit }) => commit === facts.head && author !== facts.lastPusher,
  );
}
