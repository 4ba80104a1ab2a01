import type { Random } from "@gastown/testkit/simulator";
import type { BranchRules, CheckRunWish, MergeMethod, ReviewVerdict } from "@gastown/testkit/github-double";

/** All that is decided by chance about one world: a repository, the rules of its base, and one pull request with what people did. */
export interface WorldPlan {
  readonly name: string;
  readonly rules: Partial<BranchRules>;
  readonly kind: "classic" | "ruleset";
  readonly methods: readonly MergeMethod[];
  readonly precedence: "behind" | "blocked";
  readonly draftWord: "DRAFT" | "BLOCKED";
  readonly codeOwners: boolean;
  readonly hooks: boolean;
  readonly draft: boolean;
  readonly conflict: boolean;
  readonly behind: boolean;
  readonly workflowFile: boolean;
  readonly signed: boolean;
  /** Pushed by a person, who is then not the one to approve the last push. */
  readonly pushedByPerson: boolean;
  readonly reviews: readonly { readonly by: string; readonly state: ReviewVerdict; readonly outdated: boolean }[];
  readonly checks: readonly CheckRunWish[];
  readonly threads: readonly { readonly by: string; readonly resolved: boolean }[];
  /** What somebody does between the last read and the merge; null: nobody does. */
  readonly disturbance: Disturbance | null;
}

export type Disturbance = "objection" | "push" | "check_fails" | "draft" | "base_moves" | "approval_dismissed";
const disturbances: readonly Disturbance[] = [
  "objection",
  "push",
  "check_fails",
  "draft",
  "base_moves",
  "approval_dismissed",
];

/** People with write access, and one without: only the opinions of the former count (scm §1.3). */
export const writers = ["ada", "grace", "linus"] as const;
export const reader = "eve";
const checkNames = ["build", "lint", "docs"] as const;

/** The world of this chance; nobody comes in between. */
export function planWorld(random: Random, name: string): WorldPlan {
  const methods = (["merge", "squash", "rebase"] as const).filter(() => random.chance(0.8));
  const requiredChecks = checkNames.filter(() => random.chance(0.35));
  const rules = random.chance(0.15) ? {} : planRules(random, requiredChecks);
  const kind = random.chance(0.5) ? ("classic" as const) : ("ruleset" as const);
  const shape = {
    name,
    // Only rulesets say which methods a branch takes (scm §1.1).
    rules: kind === "classic" ? { ...rules, allowedMethods: null } : rules,
    kind,
    methods: methods.length === 0 ? (["merge"] as const) : methods,
    precedence: random.chance(0.5) ? ("behind" as const) : ("blocked" as const),
    draftWord: random.chance(0.5) ? ("DRAFT" as const) : ("BLOCKED" as const),
    codeOwners: random.chance(0.2),
    hooks: random.chance(0.05),
    draft: random.chance(0.1),
    conflict: random.chance(0.08),
    behind: random.chance(0.2),
    workflowFile: random.chance(0.04),
    signed: random.chance(0.5),
    pushedByPerson: random.chance(0.3),
  };
  return {
    ...shape,
    reviews: planReviews(random),
    checks: planChecks(random),
    threads: random.chance(0.25) ? planThreads(random) : [],
    disturbance: null,
  };
}

/** The same worlds; in some of them, of this share, somebody comes between the read and the merge. */
export function disturbWorlds(random: Random, plans: readonly WorldPlan[], share: number): WorldPlan[] {
  return plans.map((plan) => {
    return { ...plan, disturbance: random.chance(share) ? (random.pick(disturbances) ?? null) : null };
  });
}

function planRules(random: Random, requiredChecks: readonly string[]): Partial<BranchRules> {
  return {
    requiredApprovals: random.pick([null, null, 0, 1, 1, 2]) ?? null,
    codeOwnerReview: random.chance(0.15),
    lastPushApproval: random.chance(0.15),
    dismissStale: random.chance(0.3),
    requiredChecks,
    strict: random.chance(0.3),
    conversationResolution: random.chance(0.3),
    mergeQueue: random.chance(0.08) ? "merge" : null,
    signedCommits: random.chance(0.04),
    linearHistory: random.chance(0.04),
    allowedMethods: random.chance(0.06) ? ["squash"] : null,
    pushers: random.chance(0.03) ? ["ada"] : null,
    locked: random.chance(0.02),
    requiredDeployments: random.chance(0.03) ? ["staging"] : [],
    unnamed: random.chance(0.03) ? "Code scanning is waiting for results" : null,
  };
}

function planReviews(random: Random): WorldPlan["reviews"] {
  const states = ["APPROVED", "APPROVED", "APPROVED", "CHANGES_REQUESTED", "COMMENTED"] as const;
  return [...writers, reader].flatMap((by) => {
    if (!random.chance(0.45)) return [];
    return [{ by, state: random.pick(states) ?? "COMMENTED", outdated: random.chance(0.15) }];
  });
}

function planChecks(random: Random): CheckRunWish[] {
  if (random.chance(0.15)) return [];
  const red = ["FAILURE", "TIMED_OUT", "CANCELLED", "ACTION_REQUIRED"] as const;
  const green = ["SUCCESS", "SUCCESS", "SUCCESS", "NEUTRAL", "SKIPPED"] as const;
  return checkNames.flatMap((name): CheckRunWish[] => {
    if (random.chance(0.15)) return [];
    if (random.chance(0.08)) return [{ name, status: random.pick(["QUEUED", "IN_PROGRESS"] as const) ?? "QUEUED" }];
    const conclusion = random.chance(0.12) ? random.pick(red) : random.pick(green);
    return [{ name, conclusion: conclusion ?? "SUCCESS" }];
  });
}

function planThreads(random: Random): WorldPlan["threads"] {
  return Array.from({ length: 1 + random.below(3) }, () => ({
    by: random.pick([...writers, reader]) ?? reader,
    resolved: random.chance(0.5),
  }));
}
