import { iso, isoOrNull } from "../../rest/json/json-context.ts";
import { baseOf } from "../../world/gather-facts.ts";
import { gitAnswer } from "../../world/git-answers.ts";
import { rollupOf } from "../../world/latest-checks.ts";
import type { PullState } from "../../world/world-types.ts";
import { connection } from "../connection.ts";
import type { Fields } from "../fields.ts";
import { readingOf } from "../graphql-context.ts";
import { actorSource, commitSource, pullPage, refSource, repositorySource, type PullSource } from "../sources.ts";

/** What a pull request is: names, places, people. */
const plainFields: Fields<PullSource> = {
  id: ({ pull }) => pull.nodeId,
  databaseId: ({ pull }) => pull.id,
  fullDatabaseId: ({ pull }) => `${pull.id}`,
  number: ({ pull }) => pull.number,
  title: ({ pull }) => pull.title,
  body: ({ pull }) => pull.body,
  bodyText: ({ pull }) => pull.body,
  url: ({ pull }, _, context) => pullPage(context, pull),
  permalink: ({ pull }, _, context) => pullPage(context, pull),
  author: ({ pull }, _, context) => actorSource(context, pull.author),
  authorAssociation: () => "MEMBER",
  repository: ({ pull }) => repositorySource(pull.repository),
  baseRepository: ({ pull }) => repositorySource(pull.repository),
  // A fork shares the repository of its base here (world/pushes.ts).
  headRepository: ({ pull }) => repositorySource(pull.repository),
  headRepositoryOwner: ({ pull }, _, context) => actorSource(context, pull.headOwner),
  isCrossRepository: ({ pull }) => pull.headOwner !== pull.repository.owner,
  maintainerCanModify: () => false,
  locked: () => false,
  createdAt: ({ pull }) => iso(pull.createdAt),
  publishedAt: ({ pull }) => iso(pull.createdAt),
  labels: ({ pull }, args) =>
    connection([...pull.labels], args, (name) => ({ typeName: "Label", id: `LA_${name}`, name, color: "ededed" })),
};

/** How it stands, as the answering replica sees it. */
const standingFields: Fields<PullSource> = {
  state: ({ seen }) => seen.state,
  merged: ({ seen }) => seen.state === "MERGED",
  closed: ({ seen }) => seen.state !== "OPEN",
  isDraft: ({ pull }) => pull.draft,
  updatedAt: ({ seen }) => iso(seen.updatedAt),
  closedAt: ({ pull, seen }) => (seen.state === "OPEN" ? null : isoOrNull(pull.closedAt)),
  mergedAt: ({ pull, seen }) => (seen.state === "MERGED" ? isoOrNull(pull.mergedAt) : null),
  mergedBy: ({ pull, seen }, _, context) =>
    seen.state === "MERGED" && pull.mergedBy !== null ? actorSource(context, pull.mergedBy) : null,
  mergeCommit: ({ pull, seen }) =>
    seen.state === "MERGED" && pull.mergeCommit !== null ? commitSource(pull.repository, pull.mergeCommit) : null,
  headRefOid: ({ seen }) => seen.head,
  headRefName: ({ pull }) => pull.headRef,
  headRef: ({ pull }) =>
    pull.repository.git.tip(pull.headRef) === null ? null : refSource(pull.repository, pull.headRef),
  baseRefOid: ({ pull }) => baseOf(pull),
  baseRefName: ({ pull }) => pull.baseRef,
  baseRef: ({ pull }) =>
    pull.repository.git.tip(pull.baseRef) === null ? null : refSource(pull.repository, pull.baseRef),
  statusCheckRollup: ({ pull, seen }) =>
    rollupOf(pull.repository, seen.head) === null ? null : { repository: pull.repository, oid: seen.head },
  commits: async ({ pull, seen }, args) => {
    const { comparison } = await gitAnswer(pull.repository.git, baseOf(pull), seen.head);
    return connection(comparison.ahead, args, (oid) => ({
      typeName: "PullRequestCommit",
      id: `PRC_${oid}`,
      commit: commitSource(pull.repository, oid),
    }));
  },
  files: async ({ pull, seen }, args) => {
    const { comparison } = await gitAnswer(pull.repository.git, baseOf(pull), seen.head);
    return connection(comparison.files, args, ({ path, additions, deletions, status }) => ({
      typeName: "PullRequestChangedFile",
      path,
      additions,
      deletions,
      changeType: changeTypes[status],
      viewerViewedState: "UNVIEWED",
    }));
  },
  changedFiles: async ({ pull, seen }) =>
    (await gitAnswer(pull.repository.git, baseOf(pull), seen.head)).comparison.files.length,
};

const changeTypes = { added: "ADDED", modified: "MODIFIED", removed: "DELETED" } as const;

/** What the forge makes of it, for this token. */
const judgedFields: Fields<PullSource> = {
  mergeable: async ({ pull }, _, context) => (await readingOf(context, pull)).mergeable,
  mergeStateStatus: async ({ pull }, _, context) => (await readingOf(context, pull)).mergeStateStatus,
  reviewDecision: async ({ pull }, _, context) => (await readingOf(context, pull)).reviewDecision,
  canBeRebased: async ({ pull }, _, context) => (await readingOf(context, pull)).mergeable === "MERGEABLE",
  isInMergeQueue: ({ pull }) => pull.queue !== null,
  isMergeQueueEnabled: ({ pull }, _, { asking }) =>
    asking.world.rules.of(pull.repository, pull.baseRef).mergeQueue !== null,
  mergeQueueEntry: ({ pull }) =>
    pull.queue === null ? null : { typeName: "MergeQueueEntry", pull, entry: pull.queue },
  autoMergeRequest: ({ pull }, _, context) => autoMergeOf(pull, (login) => actorSource(context, login)),
  viewerCanEnableAutoMerge: ({ pull }, _, { asking }) =>
    asking.world.autoMerge.canEnable(pull, asking.viewer(pull.repository)),
  viewerCanDisableAutoMerge: ({ pull }, _, { asking }) =>
    pull.autoMerge !== null && asking.may(pull.repository, "contents", "write"),
  viewerCanUpdate: ({ pull }, _, { asking }) => asking.may(pull.repository, "pull_requests", "write"),
  viewerCanUpdateBranch: async ({ pull }, _, context) => {
    const { facts } = await readingOf(context, pull);
    return facts.behind && !facts.conflict && context.asking.may(pull.repository, "contents", "write");
  },
  viewerCanMergeAsAdmin: ({ pull }, _, { asking }) =>
    asking.world.rules.of(pull.repository, pull.baseRef).bypass.includes(asking.login),
  viewerDidAuthor: ({ pull }, _, { asking }) => pull.author === asking.login,
};

function autoMergeOf(pull: PullState, actor: (login: string) => object | null): object | null {
  if (pull.autoMerge === null) return null;
  const { by, method, enabledAt } = pull.autoMerge;
  return {
    typeName: "AutoMergeRequest",
    enabledAt: iso(enabledAt),
    enabledBy: () => actor(by),
    mergeMethod: method.toUpperCase(),
    commitHeadline: null,
    commitBody: null,
    authorEmail: null,
  };
}

export const pullFields: Fields<PullSource> = { ...plainFields, ...standingFields, ...judgedFields };
