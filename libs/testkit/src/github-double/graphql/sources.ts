import type { SeenPull } from "../world/readings.ts";
import type {
  Account,
  CheckRunState,
  CommentState,
  PullState,
  RepositoryState,
  ReviewState,
  StatusState,
  ThreadState,
} from "../world/world-types.ts";
import type { GraphqlContext } from "./graphql-context.ts";

// What resolvers are given: a thing of the world with the name of its type in the schema.

export interface RepositorySource {
  readonly __typename: "Repository";
  readonly repository: RepositoryState;
}
export interface PullSource {
  readonly __typename: "PullRequest";
  readonly pull: PullState;
  /** As the answering replica sees it. */
  readonly seen: SeenPull;
}
export interface CommitSource {
  readonly __typename: "Commit";
  readonly repository: RepositoryState;
  readonly oid: string;
}
export interface RefSource {
  readonly __typename: "Ref";
  readonly repository: RepositoryState;
  readonly branch: string;
}
export interface ReviewSource {
  readonly __typename: "PullRequestReview";
  readonly pull: PullState;
  readonly review: ReviewState;
}
export interface ThreadSource {
  readonly __typename: "PullRequestReviewThread";
  readonly pull: PullState;
  readonly thread: ThreadState;
}
export interface ThreadCommentSource {
  readonly __typename: "PullRequestReviewComment";
  readonly pull: PullState;
  readonly thread: ThreadState;
  readonly comment: CommentState;
}
export interface CommentSource {
  readonly __typename: "IssueComment";
  readonly pull: PullState;
  readonly comment: CommentState;
}
export interface CheckRunSource {
  readonly __typename: "CheckRun";
  readonly repository: RepositoryState;
  readonly run: CheckRunState;
}
export interface StatusSource {
  readonly __typename: "StatusContext";
  readonly repository: RepositoryState;
  readonly status: StatusState;
}
export interface ActorSource {
  readonly __typename: "User" | "Bot" | "Organization";
  readonly account: Account;
}

export function pullSource(context: GraphqlContext, pull: PullState): PullSource {
  return { __typename: "PullRequest", pull, seen: context.asking.world.readings.seen(pull) };
}

export function repositorySource(repository: RepositoryState): RepositorySource {
  return { __typename: "Repository", repository };
}

export function commitSource(repository: RepositoryState, oid: string): CommitSource {
  return { __typename: "Commit", repository, oid };
}

export function refSource(repository: RepositoryState, branch: string): RefSource {
  return { __typename: "Ref", repository, branch };
}

/** Null for an account that is gone, as GitHub answers. */
export function actorSource(context: GraphqlContext, login: string): ActorSource | null {
  const account = context.asking.world.people.account(login);
  return account === null ? null : { __typename: account.type, account };
}

/** The page of a pull request. */
export function pullPage(context: GraphqlContext, pull: PullState): string {
  const { owner, name } = pull.repository;
  return `${context.asking.world.core.json.urls.web}/${owner}/${name}/pull/${pull.number}`;
}
