import { createHash } from "node:crypto";
import type { JsonObject } from "../../ports.ts";
import type { PullState } from "../../world/world-types.ts";
import { accountJson } from "./account-json.ts";
import { iso, isoOrNull, type JsonContext } from "./json-context.ts";
import { fullNameOf, repositoryJson } from "./repository-json.ts";

/** A pull request as lists and events write it. */
export function pullJson(context: JsonContext, pull: PullState): JsonObject {
  const fullName = fullNameOf(pull.repository);
  const url = `${context.urls.api}/repos/${fullName}/pulls/${pull.number}`;
  const htmlUrl = `${context.urls.web}/${fullName}/pull/${pull.number}`;
  return {
    id: pull.id,
    node_id: pull.nodeId,
    number: pull.number,
    state: pull.state === "OPEN" ? "open" : "closed",
    locked: false,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    user: accountJson(context, pull.author),
    url,
    html_url: htmlUrl,
    diff_url: `${htmlUrl}.diff`,
    patch_url: `${htmlUrl}.patch`,
    issue_url: `${context.urls.api}/repos/${fullName}/issues/${pull.number}`,
    labels: [...pull.labels].map((name) => ({ name })),
    assignee: null,
    assignees: [],
    milestone: null,
    requested_reviewers: pull.requests.map(({ reviewer }) => accountJson(context, reviewer)),
    requested_teams: [],
    created_at: iso(pull.createdAt),
    updated_at: iso(pull.updatedAt),
    closed_at: isoOrNull(pull.closedAt),
    merged_at: isoOrNull(pull.mergedAt),
    merge_commit_sha: pull.mergeCommit ?? testMergeOf(pull),
    author_association: "MEMBER",
    auto_merge: autoMergeJson(context, pull),
    head: sideJson(context, pull, "head"),
    base: sideJson(context, pull, "base"),
    ...(pull.stackPosition === null ? {} : { stack: { position: pull.stackPosition } }),
  };
}

/** What `GET /pulls/{number}` and events tell on top; events leave mergeability open. */
export function pullDetailJson(context: JsonContext, pull: PullState): JsonObject {
  return {
    ...pullJson(context, pull),
    merged: pull.state === "MERGED",
    merged_by: pull.mergedBy === null ? null : accountJson(context, pull.mergedBy),
    mergeable: null,
    rebaseable: null,
    mergeable_state: "unknown",
    comments: pull.comments.length,
    review_comments: pull.threads.reduce((sum, { comments }) => sum + comments.length, 0),
    maintainer_can_modify: false,
  };
}

function sideJson(context: JsonContext, pull: PullState, side: "head" | "base"): JsonObject {
  const owner = side === "head" ? pull.headOwner : pull.repository.owner;
  const ref = side === "head" ? pull.headRef : pull.baseRef;
  const repo = repositoryJson(context, pull.repository);
  return {
    label: `${owner}:${ref}`,
    ref,
    sha: side === "head" ? pull.headOid : (pull.closedBaseOid ?? pull.repository.git.tip(pull.baseRef)),
    user: accountJson(context, owner),
    // A fork is no repository of its own in this double: it shares the base's git.
    repo:
      owner === pull.repository.owner
        ? repo
        : { ...repo, id: pull.id, full_name: `${owner}/${pull.repository.name}`, fork: true },
  };
}

function autoMergeJson(context: JsonContext, { autoMerge }: PullState): JsonObject | null {
  if (autoMerge === null) return null;
  return {
    enabled_by: accountJson(context, autoMerge.by),
    merge_method: autoMerge.method,
    commit_title: null,
    commit_message: null,
  };
}

/** Of a pull request that is not merged this is the test merge, a commit that lands nowhere (scm §1.11: never use it). */
function testMergeOf(pull: PullState): string {
  return createHash("sha1").update(`test merge ${pull.nodeId} ${pull.headOid}`).digest("hex");
}
