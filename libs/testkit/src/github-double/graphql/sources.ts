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
  readonly typeName: "Repository";
  readonly repository: RepositoryState;
}
export interface PullSource {
  readonly typeName: "PullRequest";
  readonly pull: PullState;
  /** As the answering replica sees it. */
  readonly seen: SeenPull;
}
export interface CommitSource {
  readonly typeName: "Commit";
  readonly repository: RepositoryState;
  readonly oid: string;
}
export interface RefSource {
  readonly typeName: "Ref";
  readonly repository: RepositoryState;
  readonly branch: string;
}
export interface ReviewSource {
  readonly typeName: "PullRequestReview";
  readonly pull: PullState;
  readonly review: ReviewState;
}
export interface ThreadSource {
  readonly typeName: "PullRequestReviewThread";
  readonly pull: PullState;
  readonly thread: ThreadState;
}
export interface ThreadCommentSource {
  readonly typeName: "PullRequestReviewComment";
  readonly pull: PullState;
  readonly thread: ThreadState;
  readonly comment: CommentState;
}
export interface CommentSource {
  readonly typeName: "IssueComment";
  readonly pull: PullState;
  readonly comment: CommentState;
}
export interface CheckRunSource {
  readonly typeName: "CheckRun";
  readonly repository: RepositoryState;
  readonly run: CheckRunState;
}
export interface StatusSource {
  readonly typeName: "StatusContext";
  readonly repository: RepositoryState;
  readonly status: StatusState;
}
export interface ActorSource {
  readonly typeName: "User" | "Bot" | "Organization";
  readonly account: Account;
}

export function pullSource(context: GraphqlContext, pull: PullState): PullSource {
  return { typeName: "PullRequest", pull, seen: context.asking.world.readings.seen(pull) };
}

export function repositorySource(repository: RepositoryState): RepositorySource {
  return { typeName: "Repository", repository };
}

export function commitSource(repository: RepositoryState, oid: string): CommitSource {
  return { typeName: "Commit", repository, oid };
}

export function refSource(repository: RepositoryState, branch: string): RefSource {
  return { typeName: "Ref", repository, branch };
}

/** Null for an account that is gone, as GitHub answers. */
export function actorSource(context: GraphqlContext, login: string): ActorSource | null {
  const account = context.asking.world.people.account(login);
  return account === null ? null : { typeName: account.type, account };
}

/** The page of a pull request. */
export function pullPage(context: GraphqlContext, pull: PullState): string {
  const { owner, name } = pull.repository;
  return `${context.asking.world.core.json.urls.web}/${owner}/${name}/pull/${pull.number}`;
}
