import type { Objection, Snapshot } from "../../domain/snapshot.ts";
import { addRules, noRules, type BranchRules } from "./branch-rules.ts";
import { mapChecks, type CheckReading, type MappedChecks } from "./map-checks.ts";
import type { PullAnswer, RepositoryAnswer, ReviewNode, ThreadNode } from "./pull-answer.ts";

/** All that was read of one pull request. */
export interface PullReading {
  /** `town/rig`. */
  readonly repo: string;
  readonly pull: PullAnswer;
  readonly repository: RepositoryAnswer;
  readonly checks: CheckReading;
  readonly threads: { readonly nodes: readonly ThreadNode[]; readonly complete: boolean };
  /** Rules of the base branch's rulesets; the classic ones are in `pull`. */
  readonly rules: BranchRules;
  readonly permissions: Snapshot["permissions"];
  readonly touchesWorkflows: boolean;
  readonly readAt: string;
  readonly rawHash: string;
}

/** GitHub's words in the words of no forge (scm §1.1–1.5, §8.1). A word that is not known becomes `other`, which is never merged. */
export function mapPull(reading: PullReading): Snapshot {
  const { pull, permissions, touchesWorkflows, readAt, rawHash } = reading;
  const rules = addRules(classicRules(pull), reading.rules);
  const mapped = mapChecks(reading.checks, rules.checks);
  return {
    provider: "github",
    repo: reading.repo,
    ...selfOf(pull),
    ...gateOf(reading, rules, mapped),
    ...opinionsOf(pull, rules.approvals),
    codeOwnerPending: pull.reviewRequests.nodes.some((request) => request.asCodeOwner),
    checks: mapped.checks,
    threads: {
      unresolved: reading.threads.nodes.filter((thread) => !thread.isResolved).length,
      required: rules.conversations,
      complete: reading.threads.complete,
    },
    queue: {
      required: pull.isMergeQueueEnabled || rules.queue,
      in: pull.isInMergeQueue,
      state: pull.mergeQueueEntry?.state ?? null,
      position: pull.mergeQueueEntry?.position ?? null,
    },
    autoMerge: pull.autoMergeRequest !== null,
    methods: methodsOf(reading, rules),
    // The published schema has no stacks yet (scm §1.5): a pull request that waits for others reads BLOCKED.
    stack: null,
    permissions,
    touchesWorkflows,
    updatedAt: pull.updatedAt,
    readAt,
    rawHash,
  };
}

type Self =
  | "number"
  | "url"
  | "title"
  | "body"
  | "state"
  | "draft"
  | "head"
  | "headRef"
  | "base"
  | "baseRef"
  | "isFork"
  | "conflict"
  | "conflictFiles"
  | "mergeSha";

/** What the pull request itself is, apart from all rules. */
function selfOf(pull: PullAnswer): Pick<Snapshot, Self> {
  const { number, url, title, body } = pull;
  const state = states.get(pull.state) ?? "other";
  return {
    number,
    url,
    title,
    body,
    state,
    draft: pull.isDraft,
    head: pull.headRefOid,
    headRef: pull.headRefName,
    // The base's tip now; what is told beside it may be the one at the last push.
    base: pull.baseRef?.target?.oid ?? pull.baseRefOid,
    baseRef: pull.baseRefName,
    isFork: pull.isCrossRepository,
    conflict: conflictWords.get(pull.mergeable) ?? "unknown",
    conflictFiles: [],
    mergeSha: state === "merged" ? (pull.mergeCommit?.oid ?? null) : null,
  };
}

const states: ReadonlyMap<string, Snapshot["state"]> = new Map([
  ["OPEN", "open"],
  ["CLOSED", "closed"],
  ["MERGED", "merged"],
]);

const conflictWords: ReadonlyMap<string, Snapshot["conflict"]> = new Map([
  ["MERGEABLE", "no"],
  ["CONFLICTING", "yes"],
  ["UNKNOWN", "unknown"],
]);

/** scm §1.2; `HAS_HOOKS` is clean with a hook that may refuse yet. */
const gates: ReadonlyMap<string, Snapshot["gate"]> = new Map([
  ["CLEAN", "clean"],
  ["HAS_HOOKS", "clean"],
  ["UNSTABLE", "unstable"],
  ["BEHIND", "behind"],
  ["BLOCKED", "blocked"],
  ["DIRTY", "dirty"],
  ["DRAFT", "draft"],
  ["UNKNOWN", "unknown"],
]);

const decisions: ReadonlyMap<string, Snapshot["review"]> = new Map([
  ["APPROVED", "approved"],
  ["CHANGES_REQUESTED", "changes_requested"],
  ["REVIEW_REQUIRED", "required"],
]);

type Gate = Pick<Snapshot, "gate" | "gateRaw">;

function gateOf({ pull, repository }: PullReading, { strict }: BranchRules, checks: MappedChecks): Gate {
  const gateRaw = pull.mergeStateStatus;
  if (repository.isArchived) return { gate: "other", gateRaw: "the repository is archived; nothing can be merged" };
  if (!conflictWords.has(pull.mergeable)) return { gate: "other", gateRaw: `${gateRaw}, mergeable: ${pull.mergeable}` };
  const gate = gates.get(gateRaw) ?? "other";
  // Ours alone makes it unstable, and GitHub merges an unstable one: for us that is clean.
  if (gate === "unstable" && checks.onlyOursWaits) return { gate: "clean", gateRaw };
  // BLOCKED may hide that it is behind: the update comes first, or it takes away the approval that was just won (scm §1.3).
  if (gate === "blocked" && strict && pull.viewerCanUpdateBranch) return { gate: "behind", gateRaw };
  return { gate, gateRaw };
}

type Opinions = Pick<Snapshot, "review" | "objections" | "approvals">;

function opinionsOf(pull: PullAnswer, required: number | null): Opinions {
  const { nodes, pageInfo } = pull.latestOpinionatedReviews;
  const onHead = (review: ReviewNode) => review.commit?.oid === pull.headRefOid;
  const objections = nodes
    .filter((review) => review.state === "CHANGES_REQUESTED")
    .map((review): Objection => ({
      reviewer: review.author?.login ?? "ghost",
      body: review.body,
      outdated: !onHead(review),
    }));
  const given = nodes.filter((review) => review.state === "APPROVED" && onHead(review)).length;
  const decision = pull.reviewDecision;
  const review = decision === null ? "none" : (decisions.get(decision) ?? "other");
  // Somebody among those that were not read may object.
  const unread = pageInfo.hasNextPage && review === "none" && objections.length === 0;
  return { review: unread ? "other" : review, objections, approvals: { given, required } };
}

function classicRules({ baseRef }: PullAnswer): BranchRules {
  const rule = baseRef?.refUpdateRule ?? null;
  if (rule === null) return noRules;
  return {
    ...noRules,
    approvals: rule.requiredApprovingReviewCount,
    checks: (rule.requiredStatusCheckContexts ?? []).map((name) => ({ name, app: null })),
    conversations: rule.requiresConversationResolution,
    linearHistory: rule.requiresLinearHistory,
  };
}

/** Methods the repository, its rules and this very pull request allow: asking for another would be refused (scm §1.7). */
function methodsOf({ repository, pull }: PullReading, rules: BranchRules): string[] {
  const rebasable = pull.canBeRebased || pull.mergeable !== "MERGEABLE";
  return [
    ...(repository.mergeCommitAllowed && !rules.linearHistory ? ["merge"] : []),
    ...(repository.squashMergeAllowed ? ["squash"] : []),
    ...(repository.rebaseMergeAllowed && rebasable ? ["rebase"] : []),
  ].filter((method) => rules.methods === null || rules.methods.includes(method));
}
