import { iso, isoOrNull } from "../../rest/json/json-context.ts";
import type { CommitInfo } from "../../ports.ts";
import { effectiveRules, protectionOf } from "../../world/branch-rules.ts";
import { latestChecks, rollupOf } from "../../world/latest-checks.ts";
import type { BranchRules, CheckRunState, CheckWorkflow, RepositoryState } from "../../world/world-types.ts";
import { connection } from "../connection.ts";
import { numberOf, textOf, type Args, type Fields } from "../fields.ts";
import {
  actorSource,
  commitSource,
  repositorySource,
  type CheckRunSource,
  type CommitSource,
  type RefSource,
  type StatusSource,
} from "../sources.ts";
import { TypedError } from "../typed-error.ts";

interface RollupSource {
  readonly repository: RepositoryState;
  readonly oid: string;
}

export const commitFields: Fields<CommitSource> = {
  id: ({ oid }) => `C_${oid}`,
  oid: ({ oid }) => oid,
  abbreviatedOid: ({ oid }) => oid.slice(0, 7),
  url: ({ repository, oid }, _, { asking }) =>
    `${asking.world.core.json.urls.web}/${repository.owner}/${repository.name}/commit/${oid}`,
  message: async (source) => (await infoOf(source)).message,
  messageHeadline: async (source) => (await infoOf(source)).message.split("\n")[0] ?? "",
  messageBody: async (source) => (await infoOf(source)).message.split("\n").slice(1).join("\n").trim(),
  committedDate: async (source) => iso((await infoOf(source)).committedAt),
  authoredDate: async (source) => iso((await infoOf(source)).committedAt),
  // Not filled in any more, in GitHub's own words deprecated.
  pushedDate: () => null,
  author: async (source) => ({ typeName: "GitActor", ...(await infoOf(source)).author, user: null }),
  parents: async ({ repository, oid }, args) => {
    const { parents } = await infoOf({ repository, oid });
    return connection(parents, args, (parent) => commitSource(repository, parent));
  },
  repository: ({ repository }) => repositorySource(repository),
  statusCheckRollup: ({ repository, oid }): RollupSource | null =>
    rollupOf(repository, oid) === null ? null : { repository, oid },
};

export const rollupFields: Fields<RollupSource> = {
  id: ({ oid }) => `SCR_${oid}`,
  state: ({ repository, oid }) => rollupOf(repository, oid),
  commit: ({ repository, oid }) => commitSource(repository, oid),
  contexts: ({ repository, oid }, args) => {
    const { runs, statuses } = latestChecks(repository, oid);
    const sources: readonly (CheckRunSource | StatusSource)[] = [
      ...runs.map((run): CheckRunSource => ({ typeName: "CheckRun", repository, run })),
      ...statuses.map((status): StatusSource => ({ typeName: "StatusContext", repository, status })),
    ];
    return {
      ...connection(sources, args, (source) => source),
      checkRunCount: runs.length,
      statusContextCount: statuses.length,
    };
  },
};

export const checkRunFields: Fields<CheckRunSource> = {
  id: ({ run }) => run.nodeId,
  databaseId: ({ run }) => run.id,
  name: ({ run }) => run.name,
  status: ({ run }) => run.status,
  conclusion: ({ run }) => run.conclusion,
  isRequired: ({ repository, run }, args) => isRequired(repository, run.name, args),
  title: ({ run }) => run.title,
  summary: ({ run }) => run.summary,
  text: ({ run }) => run.text,
  externalId: ({ run }) => run.externalId,
  startedAt: ({ run }) => iso(run.startedAt),
  completedAt: ({ run }) => isoOrNull(run.completedAt),
  detailsUrl: (source, _, { asking }) => source.run.detailsUrl ?? pageOf(source, asking.world.core.json.urls.web),
  url: (source, _, { asking }) => pageOf(source, asking.world.core.json.urls.web),
  permalink: (source, _, { asking }) => pageOf(source, asking.world.core.json.urls.web),
  repository: ({ repository }) => repositorySource(repository),
  checkSuite: ({ repository, run }) => suiteOf(repository, run),
};

export const statusFields: Fields<StatusSource> = {
  id: ({ status }) => status.nodeId,
  context: ({ status }) => status.context,
  state: ({ status }) => status.state.toUpperCase(),
  isRequired: ({ repository, status }, args) => isRequired(repository, status.context, args),
  description: ({ status }) => status.description,
  targetUrl: ({ status }) => status.targetUrl,
  createdAt: ({ status }) => iso(status.createdAt),
  creator: ({ status }, _, context) => actorSource(context, status.creator),
  commit: ({ repository, status }) => commitSource(repository, status.sha),
};

export const refFields: Fields<RefSource> = {
  id: ({ repository, branch }) => `REF_${repository.id}_${branch}`,
  name: ({ branch }) => branch,
  prefix: () => "refs/heads/",
  repository: ({ repository }) => repositorySource(repository),
  target: ({ repository, branch }) => commitSource(repository, repository.git.tip(branch) ?? ""),
  // Classic protection alone, as this viewer is held by it; rulesets are REST's (scm §1.1).
  refUpdateRule: ({ repository, branch }, _, { asking }) => {
    const { classic } = protectionOf(repository, branch);
    return classic === null ? null : refUpdateRule(branch, { rules: classic, mayPush: mayPush(classic, asking.login) });
  },
  branchProtectionRule: ({ repository, branch }, _, { asking }) => {
    if (!asking.may(repository, "administration", "read")) {
      throw new TypedError("FORBIDDEN", "Resource not accessible by integration");
    }
    const { classic } = protectionOf(repository, branch);
    return classic === null ? null : protectionRule(branch, classic);
  },
};

async function infoOf({ repository, oid }: RollupSource): Promise<CommitInfo> {
  const info = await repository.git.commitOf(oid);
  if (info === null) throw new TypedError("NOT_FOUND", `There is no commit ${oid}`);
  return info;
}

function isRequired(repository: RepositoryState, name: string, args: Args): boolean {
  const [number, id] = [numberOf(args, "pullRequestNumber"), textOf(args, "pullRequestId")];
  const pull = [...repository.pulls.values()].find((other) => other.number === number || other.nodeId === id);
  if (pull === undefined)
    throw new TypedError("UNPROCESSABLE", "`pullRequestId` or `pullRequestNumber` is needed to know");
  return effectiveRules(repository, pull.baseRef).requiredChecks.includes(name);
}

function pageOf({ repository, run }: CheckRunSource, web: string): string {
  return `${web}/${repository.owner}/${repository.name}/runs/${run.id}`;
}

function suiteOf(repository: RepositoryState, run: CheckRunState): object {
  return {
    typeName: "CheckSuite",
    id: `CS_${run.sha}_${run.app}`,
    app: { typeName: "App", id: `A_${run.app}`, slug: run.app, name: run.app, databaseId: null },
    commit: commitSource(repository, run.sha),
    status: run.status,
    conclusion: run.conclusion,
    workflowRun: run.workflow === null ? null : workflowRun(run.id, run.workflow),
  };
}

function workflowRun(id: number, { name, event }: CheckWorkflow): object {
  return {
    typeName: "WorkflowRun",
    id: `WFR_${id}`,
    databaseId: id,
    event,
    workflow: { typeName: "Workflow", id: `W_${name}`, name },
  };
}

function mayPush({ pushers, locked }: BranchRules, login: string): boolean {
  return !locked && (pushers === null || pushers.includes(login));
}

function refUpdateRule(
  pattern: string,
  { rules, mayPush: viewerCanPush }: { rules: BranchRules; mayPush: boolean },
): object {
  return {
    typeName: "RefUpdateRule",
    pattern,
    allowsDeletions: false,
    allowsForcePushes: false,
    blocksCreations: false,
    requiredApprovingReviewCount: rules.requiredApprovals,
    requiredStatusCheckContexts: rules.requiredChecks,
    requiresCodeOwnerReviews: rules.codeOwnerReview,
    requiresConversationResolution: rules.conversationResolution,
    requiresLinearHistory: rules.linearHistory,
    requiresSignatures: rules.signedCommits,
    viewerAllowedToDismissReviews: viewerCanPush,
    viewerCanPush,
  };
}

function protectionRule(pattern: string, rules: BranchRules): object {
  return {
    typeName: "BranchProtectionRule",
    id: `BPR_${pattern}`,
    pattern,
    requiresApprovingReviews: rules.requiredApprovals !== null,
    requiredApprovingReviewCount: rules.requiredApprovals,
    requiresCodeOwnerReviews: rules.codeOwnerReview,
    requireLastPushApproval: rules.lastPushApproval,
    dismissesStaleReviews: rules.dismissStale,
    requiresStatusChecks: rules.requiredChecks.length > 0,
    requiredStatusCheckContexts: rules.requiredChecks,
    requiresStrictStatusChecks: rules.strict,
    requiresConversationResolution: rules.conversationResolution,
    requiresCommitSignatures: rules.signedCommits,
    requiresLinearHistory: rules.linearHistory,
    restrictsPushes: rules.pushers !== null,
    lockBranch: rules.locked,
  };
}
