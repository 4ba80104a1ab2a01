import type { BranchProtection, BranchRules, MergeMethod, RepositoryState } from "./world-types.ts";

/** A branch nobody made rules for. */
export const noRules: BranchRules = {
  requiredApprovals: null,
  codeOwnerReview: false,
  lastPushApproval: false,
  dismissStale: false,
  requiredChecks: [],
  strict: false,
  conversationResolution: false,
  mergeQueue: null,
  signedCommits: false,
  linearHistory: false,
  allowedMethods: null,
  pushers: null,
  locked: false,
  requiredDeployments: [],
  bypass: [],
  unnamed: null,
};

/** Both kinds of rules of a branch. */
export function protectionOf(repository: RepositoryState, branch: string): BranchProtection {
  return repository.rules.get(branch) ?? { classic: null, ruleset: null };
}

/** What holds for a branch: classic protection and rulesets add up, and the strictest wins (scm §1.5 [D]). */
export function effectiveRules(repository: RepositoryState, branch: string): BranchRules {
  const { classic, ruleset } = protectionOf(repository, branch);
  if (classic === null) return ruleset ?? noRules;
  if (ruleset === null) return classic;
  return {
    requiredApprovals: larger(classic.requiredApprovals, ruleset.requiredApprovals),
    codeOwnerReview: classic.codeOwnerReview || ruleset.codeOwnerReview,
    lastPushApproval: classic.lastPushApproval || ruleset.lastPushApproval,
    dismissStale: classic.dismissStale || ruleset.dismissStale,
    requiredChecks: union(classic.requiredChecks, ruleset.requiredChecks),
    strict: classic.strict || ruleset.strict,
    conversationResolution: classic.conversationResolution || ruleset.conversationResolution,
    mergeQueue: ruleset.mergeQueue ?? classic.mergeQueue,
    signedCommits: classic.signedCommits || ruleset.signedCommits,
    linearHistory: classic.linearHistory || ruleset.linearHistory,
    allowedMethods: common(classic.allowedMethods, ruleset.allowedMethods),
    pushers: common(classic.pushers, ruleset.pushers),
    locked: classic.locked || ruleset.locked,
    requiredDeployments: union(classic.requiredDeployments, ruleset.requiredDeployments),
    // Who is let through by one kind alone is still held by the other.
    bypass: classic.bypass.filter((login) => ruleset.bypass.includes(login)),
    unnamed: classic.unnamed ?? ruleset.unnamed,
  };
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}

function common<T extends string | MergeMethod>(a: readonly T[] | null, b: readonly T[] | null): readonly T[] | null {
  if (a === null) return b;
  return b === null ? a : a.filter((value) => b.includes(value));
}
