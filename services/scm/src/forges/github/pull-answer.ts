import { z } from "zod";

/**
 * GitHub's answer to `pullQuery`, as far as a snapshot needs it. Null is taken only where the published schema means something by
 * it; words are any text, so that a new one is seen as what it is. A part that is missing makes the whole unreadable (scm §7.3).
 */
const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

const run = z.object({
  kind: z.literal("CheckRun"),
  id: z.string(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  detailsUrl: z.string().nullable(),
  startedAt: z.string().nullable(),
  isRequired: z.boolean(),
  checkSuite: z.object({
    app: z.object({ databaseId: z.number().nullable(), slug: z.string() }).nullable(),
    workflowRun: z.object({ event: z.string(), workflow: z.object({ name: z.string() }) }).nullish(),
  }),
});

const status = z.object({
  kind: z.literal("StatusContext"),
  id: z.string(),
  context: z.string(),
  state: z.string(),
  targetUrl: z.string().nullable(),
  isRequired: z.boolean(),
});

const contexts = z.object({ pageInfo, nodes: z.array(z.discriminatedUnion("kind", [run, status])) });

const commits = z.object({
  nodes: z.array(
    z.object({
      commit: z.object({ oid: z.string(), statusCheckRollup: z.object({ state: z.string(), contexts }).nullable() }),
    }),
  ),
});

const threads = z.object({
  pageInfo,
  nodes: z.array(z.object({ id: z.string(), isResolved: z.boolean(), isOutdated: z.boolean() })),
});

const oid = z.object({ oid: z.string() });

const review = z.object({
  state: z.string(),
  body: z.string(),
  author: z.object({ login: z.string() }).nullable(),
  commit: oid.nullable(),
});

const baseRef = z.object({
  target: oid.nullable(),
  refUpdateRule: z
    .object({
      requiredApprovingReviewCount: z.number().nullable(),
      requiredStatusCheckContexts: z.array(z.string()).nullable(),
      requiresConversationResolution: z.boolean(),
      requiresLinearHistory: z.boolean(),
    })
    .nullable(),
});

export const pullAnswer = z.object({
  id: z.string(),
  number: z.number(),
  url: z.string(),
  title: z.string(),
  body: z.string(),
  state: z.string(),
  merged: z.boolean(),
  isDraft: z.boolean(),
  updatedAt: z.string(),
  headRefOid: z.string(),
  headRefName: z.string(),
  baseRefOid: z.string(),
  baseRefName: z.string(),
  isCrossRepository: z.boolean(),
  mergeable: z.string(),
  mergeStateStatus: z.string(),
  canBeRebased: z.boolean(),
  viewerCanUpdateBranch: z.boolean(),
  reviewDecision: z.string().nullable(),
  isInMergeQueue: z.boolean(),
  isMergeQueueEnabled: z.boolean(),
  mergeQueueEntry: z.object({ state: z.string(), position: z.number() }).nullable(),
  autoMergeRequest: z.object({ enabledAt: z.string().nullable(), mergeMethod: z.string() }).nullable(),
  mergeCommit: oid.nullable(),
  reviewThreads: threads,
  latestOpinionatedReviews: z.object({ pageInfo: z.object({ hasNextPage: z.boolean() }), nodes: z.array(review) }),
  reviewRequests: z.object({ nodes: z.array(z.object({ asCodeOwner: z.boolean() })) }),
  baseRef: baseRef.nullable(),
  commits,
});

export const repositoryAnswer = z.object({
  databaseId: z.number(),
  nameWithOwner: z.string(),
  isArchived: z.boolean(),
  viewerPermission: z.string().nullable(),
  mergeCommitAllowed: z.boolean(),
  squashMergeAllowed: z.boolean(),
  rebaseMergeAllowed: z.boolean(),
  autoMergeAllowed: z.boolean(),
});

const inPull = <T extends z.ZodRawShape>(shape: T) =>
  z.object({ repository: z.object({ pullRequest: z.object(shape) }) });

export const moreChecksAnswer = inPull({ commits });
export const moreThreadsAnswer = inPull({ reviewThreads: threads });
export const changedFilesAnswer = inPull({
  files: z.object({ pageInfo, nodes: z.array(z.object({ path: z.string() })) }),
});

export type PullAnswer = z.infer<typeof pullAnswer>;
export type RepositoryAnswer = z.infer<typeof repositoryAnswer>;
export type ThreadNode = z.infer<typeof threads>["nodes"][number];
export type ContextNode = z.infer<typeof contexts>["nodes"][number];
export type ReviewNode = z.infer<typeof review>;
