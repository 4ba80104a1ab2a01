import type { MergeMethod, Viewer } from "../world-types.ts";
import type { CheckFact, PullFacts } from "./pull-facts.ts";
import { approvalsMissing, lastPushPending, ownersPending, reviewDecision } from "./review-decision.ts";

export type RefusalCause =
  | "not_open"
  | "permission"
  | "draft"
  | "conflicts"
  | "method"
  | "workflows"
  | "locked"
  | "pushers"
  | "queue"
  | "changes_requested"
  | "approvals"
  | "code_owners"
  | "last_push"
  | "checks"
  | "behind"
  | "threads"
  | "signatures"
  | "linear"
  | "branch_method"
  | "deployments"
  | "unnamed";

export interface Refusal {
  readonly cause: RefusalCause;
  readonly status: 403 | 405;
  readonly message: string;
}

/** Who wants it merged, and how; null: nobody said how yet. */
export interface MergeAsk {
  readonly viewer: Viewer;
  readonly method: MergeMethod | null;
}

/** Answers GitHub's words when the facts break it, else null. */
type Condition = (facts: PullFacts, ask: MergeAsk) => string | null;

const methodWords: Readonly<Record<MergeMethod, string>> = {
  merge: "Merge commits are",
  squash: "Squash merges are",
  rebase: "Rebase merges are",
};

// What nobody can be let through, whatever rules say. Words [D/I]: scm §1.7.
const always: readonly (readonly [RefusalCause, 403 | 405, Condition])[] = [
  ["not_open", 405, ({ state }) => (state === "OPEN" ? null : "Pull Request is not mergeable")],
  ["permission", 403, (_, { viewer }) => (viewer.contents ? null : "Resource not accessible by integration")],
  ["draft", 405, ({ draft }) => (draft ? "Pull Request is still a draft" : null)],
  ["conflicts", 405, ({ conflict }) => (conflict ? "Pull Request is not mergeable" : null)],
  [
    "method",
    405,
    ({ repositoryMethods }, { method }) =>
      method === null || repositoryMethods.includes(method)
        ? null
        : `${methodWords[method]} not allowed on this repository.`,
  ],
  [
    "workflows",
    403,
    ({ workflow }, { viewer }) =>
      workflow === null || viewer.workflows
        ? null
        : `refusing to allow a GitHub App to create or update workflow \`${workflow}\` without \`workflows\` permission`,
  ],
];

// What the base's rules say; actors that bypass them are let through (scm §1.2 [I]). Words marked [U] are ours.
const ruled: readonly (readonly [RefusalCause, Condition])[] = [
  ["locked", ({ rules }) => (rules.locked ? "Cannot change this locked branch" : null)],
  [
    "pushers",
    ({ rules }, { viewer }) =>
      rules.pushers === null || rules.pushers.includes(viewer.login)
        ? null
        : "You're not authorized to push to this branch.",
  ],
  ["queue", ({ rules }) => (rules.mergeQueue === null ? null : "Changes must be made through the merge queue")],
  [
    "changes_requested", // [U]
    (facts) => (reviewDecision(facts) === "CHANGES_REQUESTED" ? "Changes have been requested." : null),
  ],
  ["approvals", approvalsWanted],
  [
    "code_owners", // [I]
    (facts) => {
      const [group] = ownersPending(facts);
      return group === undefined ? null : `Waiting on code owner review from ${group.join(" and/or ")}.`;
    },
  ],
  [
    "last_push",
    (facts) =>
      lastPushPending(facts) ? "New changes require approval from someone other than the last pusher." : null,
  ],
  ["checks", checksWanted],
  [
    "behind", // [U]
    ({ rules, behind }) => (rules.strict && behind ? "Head branch is not up to date with the base branch." : null),
  ],
  [
    "threads", // [I]
    ({ rules, unresolvedThreads }) =>
      rules.conversationResolution && unresolvedThreads > 0 ? "All comments must be resolved." : null,
  ],
  [
    "signatures", // [I]
    ({ rules, unsigned }) => (rules.signedCommits && unsigned ? "Commits must have verified signatures." : null),
  ],
  [
    "linear", // [I]
    ({ rules }, { method }) =>
      rules.linearHistory && method === "merge" ? "This branch must not contain merge commits." : null,
  ],
  [
    "branch_method", // [U]
    ({ rules }, { method }) =>
      method === null || rules.allowedMethods === null || rules.allowedMethods.includes(method)
        ? null
        : `${methodWords[method]} not allowed on this branch.`,
  ],
  [
    "deployments", // [U]
    ({ missingDeployments: [environment] }) =>
      environment === undefined ? null : `Deployment to ${environment} is required.`,
  ],
  ["unnamed", ({ rules }) => rules.unnamed],
];

/**
 * All that hinders this merge, the first as GitHub would answer it. THE one place of the double that knows (scm §7.2): the words
 * of readings and the answers of merges are both derived from it. The order among causes is ours [U].
 */
export function refusalsOf(facts: PullFacts, ask: MergeAsk): readonly Refusal[] {
  const hard = always.flatMap(([cause, status, condition]): readonly Refusal[] => {
    const message = condition(facts, ask);
    return message === null ? [] : [{ cause, status, message }];
  });
  if (facts.rules.bypass.includes(ask.viewer.login)) return hard;
  const byRule = ruled.flatMap(([cause, condition]): readonly Refusal[] => {
    const message = condition(facts, ask);
    return message === null ? [] : [{ cause, status: 405, message: worded(facts, cause, message) }];
  });
  return [...hard, ...byRule];
}

function approvalsWanted(facts: PullFacts): string | null {
  const required = facts.rules.requiredApprovals ?? 0;
  if (approvalsMissing(facts) === 0) return null;
  return required === 1
    ? "At least 1 approving review is required by reviewers with write access."
    : `At least ${required} approving reviews are required by reviewers with write access.`;
}

function checksWanted({ checks }: PullFacts): string | null {
  const required = checks.filter((check) => check.required);
  const open = required.filter(({ result }) => result !== "green");
  const [first] = open;
  if (first === undefined) return null;
  if (open.length > 1)
    return `${open.length} of ${required.length} required status checks are ${checkWords[first.result]}.`;
  return `Required status check "${first.name}" is ${checkWords[first.result]}.`;
}

const checkWords: Readonly<Record<CheckFact["result"], string>> = {
  green: "successful",
  pending: "in progress",
  red: "failing",
  missing: "expected",
};

/** Rulesets answer under one heading [I]; the queue does so in both. */
function worded(facts: PullFacts, cause: RefusalCause, message: string): string {
  if (facts.rulesFrom === "classic" && cause !== "queue") return message;
  return `Repository rule violations found\n\n${message}\n\n`;
}
