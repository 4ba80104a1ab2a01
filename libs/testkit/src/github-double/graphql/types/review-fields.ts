import { iso } from "../../rest/json/json-context.ts";
import { latestOpinions } from "../../world/opinions.ts";
import type { QueueEntryState, PullState, ReviewState } from "../../world/world-types.ts";
import { connection } from "../connection.ts";
import { textsOf, type Args, type Fields } from "../fields.ts";
import type { GraphqlContext } from "../graphql-context.ts";
import {
  actorSource,
  commitSource,
  pullPage,
  pullSource,
  repositorySource,
  type CommentSource,
  type PullSource,
  type ReviewSource,
  type ThreadCommentSource,
  type ThreadSource,
} from "../sources.ts";

/** What people said, on a pull request. */
export const pullReviewFields: Fields<PullSource> = {
  reviews: ({ pull }, args) => {
    const states = textsOf(args, "states");
    return reviewsOf(
      pull,
      states === null ? pull.reviews : pull.reviews.filter(({ state }) => states.includes(state)),
      args,
    );
  },
  latestReviews: ({ pull }, args) => reviewsOf(pull, latestOf(pull), args),
  // The last review with an opinion; a dismissed one is answered as DISMISSED, in place of what it was.
  latestOpinionatedReviews: ({ pull }, args, { asking }) => {
    const opinions = latestOpinions(pull);
    const counted = opinions.filter(({ author }) => asking.world.repositories.isWriter(pull.repository, author));
    return reviewsOf(pull, args["writersOnly"] === true ? counted : opinions, args);
  },
  reviewRequests: ({ pull }, args, context) =>
    connection(pull.requests, args, ({ reviewer, asCodeOwner }) => ({
      typeName: "ReviewRequest",
      id: `RR_${pull.id}_${reviewer}`,
      databaseId: pull.id,
      asCodeOwner,
      pullRequest: () => pullSource(context, pull),
      requestedReviewer: () => actorSource(context, reviewer),
    })),
  reviewThreads: ({ pull }, args) =>
    connection(pull.threads, args, (thread): ThreadSource => ({ typeName: "PullRequestReviewThread", pull, thread })),
  comments: ({ pull }, args) =>
    connection(pull.comments, args, (comment): CommentSource => ({ typeName: "IssueComment", pull, comment })),
  totalCommentsCount: ({ pull }) => pull.comments.length,
};

export const reviewFields: Fields<ReviewSource> = {
  id: ({ review }) => review.nodeId,
  databaseId: ({ review }) => review.id,
  fullDatabaseId: ({ review }) => `${review.id}`,
  author: ({ review }, _, context) => actorSource(context, review.author),
  authorAssociation: () => "MEMBER",
  viewerDidAuthor: (source, _, { asking }) => asking.login === authorOf(source),
  authorCanPushToRepository: ({ pull, review }, _, { asking }) =>
    asking.world.repositories.isWriter(pull.repository, review.author),
  state: ({ review }) => review.state,
  body: ({ review }) => review.body,
  bodyText: ({ review }) => review.body,
  commit: ({ pull, review }) => commitSource(pull.repository, review.commit),
  submittedAt: ({ review }) => iso(review.submittedAt),
  createdAt: ({ review }) => iso(review.submittedAt),
  updatedAt: ({ review }) => iso(review.submittedAt),
  url: ({ pull, review }, _, context) => `${pullPage(context, pull)}#pullrequestreview-${review.id}`,
  pullRequest: ({ pull }, _, context) => pullSource(context, pull),
};

export const threadFields: Fields<ThreadSource> = {
  id: ({ thread }) => thread.nodeId,
  isResolved: ({ thread }) => thread.resolved,
  // A display flag, not the same thing (scm §1.1).
  isCollapsed: ({ thread }) => thread.resolved,
  isOutdated: ({ pull, thread }) => thread.commit !== pull.headOid,
  path: ({ thread }) => thread.path,
  line: ({ pull, thread }) => (thread.commit === pull.headOid ? thread.line : null),
  originalLine: ({ thread }) => thread.line,
  startLine: () => null,
  originalStartLine: () => null,
  diffSide: () => "RIGHT",
  startDiffSide: () => null,
  subjectType: () => "LINE",
  resolvedBy: ({ thread }, _, context) => {
    const actor = thread.resolvedBy === null ? null : actorSource(context, thread.resolvedBy);
    return actor?.account.type === "User" ? actor : null;
  },
  viewerCanReply: ({ pull }, _, { asking }) => asking.may(pull.repository, "pull_requests", "write"),
  viewerCanResolve: ({ pull, thread }, _, { asking }) =>
    !thread.resolved && asking.may(pull.repository, "pull_requests", "write"),
  viewerCanUnresolve: ({ pull, thread }, _, { asking }) =>
    thread.resolved && asking.may(pull.repository, "pull_requests", "write"),
  pullRequest: ({ pull }, _, context) => pullSource(context, pull),
  repository: ({ pull }) => repositorySource(pull.repository),
  comments: ({ pull, thread }, args) =>
    connection(thread.comments, args, (comment): ThreadCommentSource => ({
      typeName: "PullRequestReviewComment",
      pull,
      thread,
      comment,
    })),
};

/** Comments in threads and on the pull request have most fields in common. */
export const commentFields: Fields<CommentSource | ThreadCommentSource> = {
  id: ({ comment }) => comment.nodeId,
  databaseId: ({ comment }) => comment.id,
  fullDatabaseId: ({ comment }) => `${comment.id}`,
  author: ({ comment }, _, context) => actorSource(context, comment.author),
  authorAssociation: () => "MEMBER",
  viewerDidAuthor: (source, _, { asking }) => asking.login === authorOf(source),
  body: ({ comment }) => comment.body,
  bodyText: ({ comment }) => comment.body,
  createdAt: ({ comment }) => iso(comment.createdAt),
  updatedAt: ({ comment }) => iso(comment.createdAt),
  publishedAt: ({ comment }) => iso(comment.createdAt),
  isMinimized: () => false,
  pullRequest: ({ pull }, _, context) => pullSource(context, pull),
  repository: ({ pull }) => repositorySource(pull.repository),
  url: (source, _, context) => {
    const anchor = "thread" in source ? "discussion_r" : "issuecomment-";
    return `${pullPage(context, source.pull)}#${anchor}${source.comment.id}`;
  },
};

export const threadCommentFields: Fields<ThreadCommentSource> = {
  ...commentFields,
  path: ({ thread }) => thread.path,
  line: ({ pull, thread }) => (thread.commit === pull.headOid ? thread.line : null),
  originalLine: ({ thread }) => thread.line,
  outdated: ({ pull, thread }) => thread.commit !== pull.headOid,
  diffHunk: () => "",
  state: () => "SUBMITTED",
  commit: ({ pull }) => commitSource(pull.repository, pull.headOid),
  originalCommit: ({ pull, thread }) => commitSource(pull.repository, thread.commit),
  replyTo: ({ pull, thread, comment }) => {
    const [first] = thread.comments;
    return first === undefined || first === comment
      ? null
      : { typeName: "PullRequestReviewComment", pull, thread, comment: first };
  },
};

interface EntrySource {
  readonly pull: PullState;
  readonly entry: QueueEntryState;
}

export const queueEntryFields: Fields<EntrySource> = {
  id: ({ entry }) => entry.nodeId,
  state: ({ entry }) => entry.state,
  // Of one that has just left it is the place it had none of.
  position: ({ pull }, _, { asking }) => asking.world.queue.position(pull),
  jump: ({ entry }) => entry.jump,
  solo: () => false,
  enqueuedAt: ({ entry }) => iso(entry.enqueuedAt),
  enqueuer: ({ entry }, _, context) => actorSource(context, entry.by),
  estimatedTimeToMerge: () => null,
  headCommit: ({ pull, entry }) => commitSource(pull.repository, entry.headOid),
  baseCommit: ({ pull }) => {
    const tip = pull.repository.git.tip(pull.baseRef);
    return tip === null ? null : commitSource(pull.repository, tip);
  },
  pullRequest: ({ pull }, _, context: GraphqlContext) => pullSource(context, pull),
};

function authorOf(source: ReviewSource | CommentSource | ThreadCommentSource): string {
  return "review" in source ? source.review.author : source.comment.author;
}

function latestOf(pull: PullState): readonly ReviewState[] {
  return [...new Map(pull.reviews.map((review) => [review.author, review])).values()];
}

function reviewsOf(pull: PullState, reviews: readonly ReviewState[], args: Args): object {
  return connection(reviews, args, (review): ReviewSource => ({ typeName: "PullRequestReview", pull, review }));
}
