import type { BranchProtection, BranchRules, RepositoryState } from "./world-types.ts";

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
    ...either(classic, ruleset),
    requiredApprovals: larger(classic.requiredApprovals, ruleset.requiredApprovals),
    requiredChecks: union(classic.requiredChecks, ruleset.requiredChecks),
    mergeQueue: ruleset.mergeQueue ?? classic.mergeQueue,
    allowedMethods: common(classic.allowedMethods, ruleset.allowedMethods),
    pushers: common(classic.pushers, ruleset.pushers),
    requiredDeployments: union(classic.requiredDeployments, ruleset.requiredDeployments),
    // Who is let through by one kind alone is still held by the other.
    bypass: classic.bypass.filter((login) => ruleset.bypass.includes(login)),
    unnamed: classic.unnamed ?? ruleset.unnamed,
  };
}

type Switch =
  | "codeOwnerReview"
  | "lastPushApproval"
  | "dismissStale"
  | "strict"
  | "conversationResolution"
  | "signedCommits"
  | "linearHistory"
  | "locked";

/** What is switched on by one of them is on. */
function either(a: BranchRules, b: BranchRules): Pick<BranchRules, Switch> {
  const on = (name: Switch): boolean => a[name] || b[name];
  return {
    codeOwnerReview: on("codeOwnerReview"),
    lastPushApproval: on("lastPushApproval"),
    dismissStale: on("dismissStale"),
    strict: on("strict"),
    conversationResolution: on("conversationResolution"),
    signedCommits: on("signedCommits"),
    linearHistory: on("linearHistory"),
    locked: on("locked"),
  };
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}

function common<T extends string>(a: readonly T[] | null, b: readonly T[] | null): readonly T[] | null {
  if (a === null) return b;
  return b === null ? a : a.filter((value) => b.includes(value));
}
