import type { JsonObject } from "../../ports.ts";
import type { CommentState, PullState, ReviewState, ThreadState } from "../../world/world-types.ts";
import { accountJson } from "./account-json.ts";
import { iso, type JsonContext } from "./json-context.ts";
import { fullNameOf } from "./repository-json.ts";

/** A review as `GET .../reviews` writes it; events write the state in small letters. */
export function reviewJson(context: JsonContext, pull: PullState, review: ReviewState): JsonObject {
  return {
    id: review.id,
    node_id: review.nodeId,
    user: accountJson(context, review.author),
    body: review.body,
    state: review.state,
    commit_id: review.commit,
    submitted_at: iso(review.submittedAt),
    author_association: "MEMBER",
    html_url: `${pageOf(context, pull)}#pullrequestreview-${review.id}`,
    pull_request_url: `${context.urls.api}/repos/${fullNameOf(pull.repository)}/pulls/${pull.number}`,
  };
}

/** One comment of a thread. */
export function threadCommentJson(
  context: JsonContext,
  pull: PullState,
  { thread, comment }: { readonly thread: ThreadState; readonly comment: CommentState },
): JsonObject {
  return {
    ...commentJson(context, pull, comment),
    path: thread.path,
    line: thread.line,
    side: "RIGHT",
    commit_id: pull.headOid,
    original_commit_id: thread.commit,
    in_reply_to_id: thread.comments[0] === comment ? undefined : thread.comments[0]?.id,
    html_url: `${pageOf(context, pull)}#discussion_r${comment.id}`,
  };
}

/** A comment on the pull request itself. */
export function commentJson(context: JsonContext, pull: PullState, comment: CommentState): JsonObject {
  return {
    id: comment.id,
    node_id: comment.nodeId,
    user: accountJson(context, comment.author),
    body: comment.body,
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.createdAt),
    author_association: "MEMBER",
    html_url: `${pageOf(context, pull)}#issuecomment-${comment.id}`,
  };
}

/** A thread as events write it. */
export function threadJson(context: JsonContext, pull: PullState, thread: ThreadState): JsonObject {
  return {
    node_id: thread.nodeId,
    comments: thread.comments.map((comment) => threadCommentJson(context, pull, { thread, comment })),
  };
}

function pageOf(context: JsonContext, pull: PullState): string {
  return `${context.urls.web}/${fullNameOf(pull.repository)}/pull/${pull.number}`;
}
