import { expect, test } from "vitest";
import { derive } from "../../domain/derive.ts";
import type { MergePolicy } from "../../domain/snapshot.ts";
import { noRules, type BranchRules } from "./branch-rules.ts";
import { mapPull, type PullReading } from "./map-pull.ts";
import type { PullAnswer, RepositoryAnswer } from "./pull-answer.ts";
import {
  baseOid,
  commitsOf,
  headOid,
  olderOid,
  reviewsOf,
  runNode,
  samplePull,
  sampleRepository,
  statusNode,
} from "./test/sample-pull.ts";

interface Given {
  readonly pull?: Partial<PullAnswer>;
  readonly repository?: Partial<RepositoryAnswer>;
  readonly rules?: Partial<BranchRules>;
  readonly reading?: Partial<PullReading>;
}

function snapshotOf({ pull: given, repository, rules, reading }: Given) {
  const pull = samplePull(given);
  const [newest] = pull.commits.nodes;
  const rollup = newest?.commit.statusCheckRollup ?? null;
  return mapPull({
    repo: "home/app",
    pull,
    repository: { ...sampleRepository, ...repository },
    checks: {
      commit: newest?.commit.oid ?? null,
      rollup: rollup?.state ?? null,
      contexts: rollup?.contexts.nodes ?? [],
      complete: true,
    },
    threads: { nodes: pull.reviewThreads.nodes, complete: true },
    rules: { ...noRules, ...rules },
    permissions: { contents: true, workflows: true },
    touchesWorkflows: false,
    readAt: "2026-01-01T00:00:01.000Z",
    rawHash: "0",
    ...reading,
  });
}

const policy: MergePolicy = {
  method: "squash",
  requireApproval: false,
  allowUnstable: false,
  resolveAllThreads: false,
  waitOptional: false,
  expectChecks: true,
  settleMs: 60_000,
  delegate: "none",
};

interface Row extends Given {
  readonly name: string;
  readonly policy?: Partial<MergePolicy>;
  readonly headAgeMs?: number;
  readonly knownHead?: string;
  readonly state: string;
  readonly does: string;
  /** Causes besides the first. */
  readonly also?: readonly string[];
  readonly says?: string;
}

const blocked = { mergeStateStatus: "BLOCKED" };
const red = commitsOf("FAILURE", [runNode("build", "FAILURE")]);
const green = commitsOf("SUCCESS", [runNode("build", "SUCCESS")]);
const thread = { id: "T1", isResolved: false, isOutdated: false };
const openThreads = {
  pageInfo: { hasNextPage: false, endCursor: null },
  nodes: [thread, { ...thread, id: "T2", isResolved: true }],
};

/** scm §2.2, row by row. */
const rows: Row[] = [
  { name: "clean and approved", state: "ready", does: "merge" },
  { name: "clean, no decision, nobody objects", pull: { reviewDecision: null }, state: "ready", does: "merge" },
  {
    name: "the same, and the policy wants an approval",
    pull: { reviewDecision: null },
    policy: { requireApproval: true },
    state: "awaiting_approval",
    does: "wait",
  },
  {
    name: "clean, no decision, a writer objects",
    pull: {
      reviewDecision: null,
      latestOpinionatedReviews: reviewsOf({ state: "CHANGES_REQUESTED", body: "no tests" }),
    },
    state: "changes_requested",
    does: "rework",
    says: "ada asks for changes:\nno tests",
  },
  {
    name: "clean, no check at all, a young head",
    pull: { reviewDecision: null, commits: commitsOf(null) },
    headAgeMs: 59_000,
    state: "checks_pending",
    does: "wait",
  },
  {
    name: "clean, no check at all, settled",
    pull: { reviewDecision: null, commits: commitsOf(null) },
    state: "ready",
    does: "merge",
  },
  { name: "clean, and a queue is required", pull: { isMergeQueueEnabled: true }, state: "ready", does: "enqueue" },
  { name: "a queue required by a ruleset", rules: { queue: true }, state: "ready", does: "enqueue" },
  {
    name: "clean, and the method is not allowed",
    repository: { squashMergeAllowed: false },
    state: "blocked",
    does: "investigate",
  },
  { name: "the method not allowed by a ruleset", rules: { methods: ["merge"] }, state: "blocked", does: "investigate" },
  { name: "with hooks", pull: { mergeStateStatus: "HAS_HOOKS" }, state: "ready", does: "merge" },
  {
    name: "unstable: only an optional check is red, and that is allowed",
    pull: {
      mergeStateStatus: "UNSTABLE",
      commits: commitsOf("FAILURE", [runNode("lint", "FAILURE", { isRequired: false })]),
    },
    policy: { allowUnstable: true },
    state: "ready",
    does: "merge",
  },
  {
    name: "the same, and it is not allowed",
    pull: {
      mergeStateStatus: "UNSTABLE",
      commits: commitsOf("FAILURE", [runNode("lint", "FAILURE", { isRequired: false })]),
    },
    state: "checks_failing",
    does: "rework",
  },
  {
    name: "unstable: an optional check runs",
    pull: {
      mergeStateStatus: "UNSTABLE",
      commits: commitsOf("PENDING", [runNode("lint", null, { isRequired: false })]),
    },
    policy: { waitOptional: true, allowUnstable: true },
    state: "checks_pending",
    does: "wait",
  },
  {
    name: "blocked, review required, checks good (#3138)",
    pull: { ...blocked, reviewDecision: "REVIEW_REQUIRED" },
    state: "awaiting_approval",
    does: "wait",
  },
  {
    name: "blocked, review required, a required check red",
    pull: { ...blocked, reviewDecision: "REVIEW_REQUIRED", commits: red },
    state: "checks_failing",
    does: "rework",
    also: ["awaiting_approval"],
    says: 'check "build" failed:\nhttps://ci.example/build',
  },
  {
    name: "blocked, review required, and an approval is on this head",
    pull: { ...blocked, reviewDecision: "REVIEW_REQUIRED", latestOpinionatedReviews: reviewsOf({ state: "APPROVED" }) },
    rules: { approvals: 1 },
    state: "awaiting_approval",
    does: "wait",
    says: "an approval is given, but another person must approve the last push",
  },
  {
    name: "blocked, review required, one of two approvals",
    pull: {
      ...blocked,
      reviewDecision: "REVIEW_REQUIRED",
      latestOpinionatedReviews: reviewsOf({ state: "APPROVED" }, { state: "APPROVED", by: "bob", on: olderOid }),
    },
    rules: { approvals: 2 },
    state: "awaiting_approval",
    does: "wait",
    says: "1 of 2 required approvals given on this head; a person must approve",
  },
  {
    name: "blocked, changes requested on the head",
    pull: {
      ...blocked,
      reviewDecision: "CHANGES_REQUESTED",
      latestOpinionatedReviews: reviewsOf({ state: "CHANGES_REQUESTED", body: "rename it" }),
    },
    state: "changes_requested",
    does: "rework",
    says: "ada asks for changes:\nrename it",
  },
  {
    name: "blocked, changes requested, and nothing is told of the reviews",
    pull: { ...blocked, reviewDecision: "CHANGES_REQUESTED" },
    state: "changes_requested",
    does: "rework",
  },
  {
    name: "blocked, changes requested on an earlier head: the author has answered",
    pull: {
      ...blocked,
      reviewDecision: "CHANGES_REQUESTED",
      latestOpinionatedReviews: reviewsOf({ state: "CHANGES_REQUESTED", on: olderOid }),
    },
    state: "awaiting_approval",
    does: "wait",
    says: "ada asked for changes on an earlier commit and has not looked again",
  },
  {
    name: "blocked, approved, a required check runs",
    pull: { ...blocked, commits: commitsOf("PENDING", [runNode("build", null)]) },
    state: "checks_pending",
    does: "wait",
  },
  {
    name: "blocked, approved, a required status is expected",
    pull: { ...blocked, commits: commitsOf("EXPECTED", [statusNode("ci/build", "EXPECTED")]) },
    state: "checks_pending",
    does: "wait",
    says: 'required check "ci/build" was not reported yet',
  },
  {
    name: "blocked, approved, a required check never reported",
    pull: { ...blocked, commits: green },
    rules: { checks: [{ name: "deploy", app: null }] },
    state: "checks_pending",
    does: "wait",
    says: 'required check "deploy" was not reported yet',
  },
  {
    name: "blocked, approved, unresolved threads by a ruleset",
    pull: { ...blocked, reviewThreads: openThreads },
    rules: { conversations: true },
    state: "unresolved_threads",
    does: "rework",
    says: "1 review threads are not resolved; answer and resolve them",
  },
  {
    name: "blocked, no decision, a code owner is asked",
    pull: { ...blocked, reviewDecision: null, reviewRequests: { nodes: [{ asCodeOwner: true }] } },
    state: "awaiting_approval",
    does: "wait",
    says: "a code owner's review is requested",
  },
  {
    name: "blocked, approved, workflows are changed and we may not",
    pull: blocked,
    reading: { touchesWorkflows: true, permissions: { contents: true, workflows: false } },
    state: "blocked",
    does: "investigate",
    says: "it changes workflow files, and we may not; merge it by hand or grant workflows: write",
  },
  { name: "blocked, approved, nothing known", pull: blocked, state: "blocked", does: "investigate" },
  { name: "behind and approved", pull: { mergeStateStatus: "BEHIND" }, state: "behind", does: "update-branch" },
  {
    name: "behind, review required",
    pull: { mergeStateStatus: "BEHIND", reviewDecision: "REVIEW_REQUIRED" },
    state: "behind",
    does: "update-branch",
    also: ["awaiting_approval"],
  },
  {
    name: "behind and blocked, where heads must be up to date",
    pull: { ...blocked, reviewDecision: "REVIEW_REQUIRED", viewerCanUpdateBranch: true },
    rules: { strict: true },
    state: "behind",
    does: "update-branch",
    also: ["awaiting_approval"],
  },
  {
    name: "behind and blocked, where heads need not be up to date",
    pull: { ...blocked, reviewDecision: "REVIEW_REQUIRED", viewerCanUpdateBranch: true },
    state: "awaiting_approval",
    does: "wait",
  },
  {
    name: "behind, a required check red",
    pull: { mergeStateStatus: "BEHIND", commits: red },
    state: "checks_failing",
    does: "rework",
    also: ["behind"],
  },
  {
    name: "conflicts",
    pull: { mergeable: "CONFLICTING", mergeStateStatus: "DIRTY" },
    state: "conflicts",
    does: "rework",
  },
  {
    name: "conflicts, half computed",
    pull: { mergeable: "CONFLICTING", mergeStateStatus: "UNKNOWN" },
    state: "conflicts",
    does: "rework",
    also: ["unknown"],
  },
  { name: "a draft by the old word", pull: { mergeStateStatus: "DRAFT" }, state: "draft", does: "wait" },
  { name: "a draft that is blocked", pull: { ...blocked, isDraft: true }, state: "draft", does: "wait" },
  {
    name: "not computed yet",
    pull: { mergeable: "UNKNOWN", mergeStateStatus: "UNKNOWN" },
    state: "unknown",
    does: "nudge",
  },
  {
    name: "not computed yet, and a writer objects",
    pull: { mergeable: "UNKNOWN", mergeStateStatus: "UNKNOWN", reviewDecision: "CHANGES_REQUESTED" },
    state: "changes_requested",
    does: "rework",
    also: ["unknown"],
  },
  {
    name: "in the queue",
    pull: {
      mergeable: "UNKNOWN",
      mergeStateStatus: "UNKNOWN",
      isInMergeQueue: true,
      isMergeQueueEnabled: true,
      mergeQueueEntry: { state: "AWAITING_CHECKS", position: 2 },
    },
    state: "queued",
    does: "wait",
    also: ["unknown"],
    says: "in the merge queue: AWAITING_CHECKS",
  },
  { name: "a new word for the status", pull: { mergeStateStatus: "GUARDED" }, state: "blocked", does: "investigate" },
  { name: "a new word for the decision", pull: { reviewDecision: "ABSTAINED" }, state: "blocked", does: "investigate" },
  { name: "a new word for the state", pull: { state: "PAUSED" }, state: "blocked", does: "investigate" },
  {
    name: "a new word for a check's end",
    pull: { commits: commitsOf("SUCCESS", [runNode("build", "MAYBE")]) },
    state: "checks_pending",
    does: "wait",
    also: ["blocked"],
  },
  {
    name: "merged",
    pull: { state: "MERGED", merged: true, mergeCommit: { oid: baseOid } },
    state: "merged",
    does: "end",
  },
  { name: "closed", pull: { state: "CLOSED" }, state: "closed", does: "end" },
  { name: "another head is known", knownHead: olderOid, state: "stale_read", does: "reread" },
  {
    name: "the checks are another commit's",
    pull: { commits: commitsOf("SUCCESS", [runNode("build", "SUCCESS")], olderOid) },
    state: "stale_read",
    does: "reread",
  },
  {
    name: "we may not write",
    reading: { permissions: { contents: false, workflows: true } },
    state: "blocked",
    does: "investigate",
  },
  { name: "an archived repository", repository: { isArchived: true }, state: "blocked", does: "investigate" },
];

test.each(rows)("$name -> $state, $does", (row) => {
  const { knownHead = null, headAgeMs = 60_000 } = row;
  const { state, causes, action } = derive(
    snapshotOf(row),
    { ...policy, ...row.policy },
    { knownHead, headAgeMs, refusal: null },
  );
  const states = [...new Set(causes.map((cause) => cause.state))];
  expect({ state, does: action.do, also: states.slice(1), says: causes[0]?.message }).toEqual({
    state: row.state,
    does: row.does,
    also: row.also ?? states.slice(1),
    says: row.says ?? causes[0]?.message,
  });
});

test("what is merged is the head that was read", () => {
  const action = derive(snapshotOf({}), policy, { knownHead: null, headAgeMs: 0, refusal: null }).action;
  expect(action).toEqual({ do: "merge", expectedHead: headOid, method: "squash" });
});

test("classic rules and rulesets add up, the strictest wins", () => {
  const refUpdateRule = {
    requiredApprovingReviewCount: 1,
    requiredStatusCheckContexts: ["lint"],
    requiresConversationResolution: true,
    requiresLinearHistory: true,
  };
  const snapshot = snapshotOf({
    pull: { baseRef: { target: { oid: baseOid }, refUpdateRule } },
    rules: { approvals: 2, checks: [{ name: "build", app: null }], methods: ["merge", "squash"] },
  });
  expect(snapshot.approvals.required).toBe(2);
  expect(snapshot.threads.required).toBe(true);
  expect(snapshot.checks.required.missing).toEqual(["lint"]);
  expect(snapshot.methods).toEqual(["squash"]);
});

test("what cannot be rebased is not offered to be, once that is known", () => {
  expect(snapshotOf({ pull: { canBeRebased: false } }).methods).toEqual(["merge", "squash"]);
  expect(snapshotOf({ pull: { canBeRebased: false, mergeable: "UNKNOWN" } }).methods).toContain("rebase");
});

test("the base is its tip now; of a branch that is gone, the last one told", () => {
  expect(snapshotOf({}).base).toBe(baseOid);
  expect(snapshotOf({ pull: { baseRef: null } }).base).toBe(olderOid);
});

test("more reviewers than were read, and no decision: somebody may object", () => {
  const latestOpinionatedReviews = { ...reviewsOf({ state: "APPROVED" }), pageInfo: { hasNextPage: true } };
  expect(snapshotOf({ pull: { reviewDecision: null, latestOpinionatedReviews } }).review).toBe("other");
  expect(snapshotOf({ pull: { latestOpinionatedReviews } }).review).toBe("approved");
});

test("our own check that waits does not make it unstable", () => {
  const ours = runNode("gastown", null, { isRequired: false });
  const commits = commitsOf("PENDING", [runNode("build", "SUCCESS"), ours]);
  const snapshot = snapshotOf({ pull: { mergeStateStatus: "UNSTABLE", commits } });
  expect(snapshot).toMatchObject({ gate: "clean", gateRaw: "UNSTABLE", checks: { total: 1, rollup: "success" } });
  const other = commitsOf("PENDING", [runNode("build", null, { isRequired: false }), ours]);
  expect(snapshotOf({ pull: { mergeStateStatus: "UNSTABLE", commits: other } }).gate).toBe("unstable");
});
