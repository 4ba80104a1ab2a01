import { pullAnswer, type ContextNode, type PullAnswer, type RepositoryAnswer } from "../pull-answer.ts";

export const headOid = "a".repeat(40);
export const olderOid = "b".repeat(40);
export const baseOid = "c".repeat(40);

/** A check run as GitHub tells it. */
export function runNode(
  name: string,
  conclusion: string | null,
  more: Partial<Extract<ContextNode, { kind: "CheckRun" }>> = {},
): ContextNode {
  return {
    kind: "CheckRun",
    id: `CR_${name}_${conclusion}`,
    name,
    status: conclusion === null ? "IN_PROGRESS" : "COMPLETED",
    conclusion,
    detailsUrl: `https://ci.example/${name}`,
    startedAt: "2026-01-01T00:00:00Z",
    isRequired: true,
    checkSuite: {
      app: { databaseId: 15368, slug: "github-actions" },
      workflowRun: { event: "push", workflow: { name: "CI" } },
    },
    ...more,
  };
}

export function statusNode(context: string, state: string, isRequired = true): ContextNode {
  return { kind: "StatusContext", id: `SC_${context}`, context, state, targetUrl: null, isRequired };
}

/** The newest commit with these checks, and GitHub's word for all of them. */
export function commitsOf(rollup: string | null, contexts: ContextNode[] = [], oid = headOid): PullAnswer["commits"] {
  const statusCheckRollup =
    rollup === null
      ? null
      : { state: rollup, contexts: { pageInfo: { hasNextPage: false, endCursor: null }, nodes: contexts } };
  return { nodes: [{ commit: { oid, statusCheckRollup } }] };
}

export function reviewsOf(
  ...nodes: { state: string; by?: string; body?: string; on?: string }[]
): PullAnswer["latestOpinionatedReviews"] {
  return {
    pageInfo: { hasNextPage: false },
    nodes: nodes.map(({ state, by = "ada", body = "", on = headOid }) => ({
      state,
      body,
      author: { login: by },
      commit: { oid: on },
    })),
  };
}

/** An answer with nothing in the way of a merge. */
export function samplePull(more: Partial<PullAnswer> = {}): PullAnswer {
  const answer: PullAnswer = {
    id: "PR_1",
    number: 7,
    url: "https://github.com/acme/app/pull/7",
    title: "A change",
    body: "Why",
    state: "OPEN",
    merged: false,
    isDraft: false,
    updatedAt: "2026-01-01T00:00:00Z",
    headRefOid: headOid,
    headRefName: "gt/x",
    baseRefOid: olderOid,
    baseRefName: "main",
    isCrossRepository: false,
    mergeable: "MERGEABLE",
    mergeStateStatus: "CLEAN",
    canBeRebased: true,
    viewerCanUpdateBranch: false,
    reviewDecision: "APPROVED",
    isInMergeQueue: false,
    isMergeQueueEnabled: false,
    mergeQueueEntry: null,
    autoMergeRequest: null,
    mergeCommit: null,
    reviewThreads: { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] },
    latestOpinionatedReviews: reviewsOf(),
    reviewRequests: { nodes: [] },
    baseRef: { target: { oid: baseOid }, refUpdateRule: null },
    commits: commitsOf("SUCCESS", [runNode("build", "SUCCESS")]),
    ...more,
  };
  // What a test makes up has to be what GitHub could answer.
  return pullAnswer.parse(answer);
}

export const sampleRepository: RepositoryAnswer = {
  databaseId: 1,
  nameWithOwner: "acme/app",
  isArchived: false,
  viewerPermission: "WRITE",
  mergeCommitAllowed: true,
  squashMergeAllowed: true,
  rebaseMergeAllowed: true,
  autoMergeAllowed: true,
};
