import type { GraphQLFieldResolver, GraphQLTypeResolver } from "graphql";
import type { Fields } from "./fields.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { TypedError } from "./typed-error.ts";
import { actorFields } from "./types/actor-fields.ts";
import { checkRunFields, commitFields, refFields, rollupFields, statusFields } from "./types/commit-fields.ts";
import { mutationFields } from "./types/mutation-fields.ts";
import { pullFields } from "./types/pull-fields.ts";
import { queryFields } from "./types/query-fields.ts";
import { repositoryFields } from "./types/repository-fields.ts";
import {
  commentFields,
  pullReviewFields,
  queueEntryFields,
  reviewFields,
  threadCommentFields,
  threadFields,
} from "./types/review-fields.ts";

const types: ReadonlyMap<string, Fields<never>> = new Map<string, Fields<never>>([
  ["Query", queryFields],
  ["Mutation", mutationFields],
  ["Repository", repositoryFields],
  ["PullRequest", { ...pullFields, ...pullReviewFields }],
  ["PullRequestReview", reviewFields],
  ["PullRequestReviewThread", threadFields],
  ["PullRequestReviewComment", threadCommentFields],
  ["IssueComment", commentFields],
  ["MergeQueueEntry", queueEntryFields],
  ["Commit", commitFields],
  ["Ref", refFields],
  ["StatusCheckRollup", rollupFields],
  ["CheckRun", checkRunFields],
  ["StatusContext", statusFields],
  ["User", actorFields],
  ["Bot", actorFields],
  ["Organization", actorFields],
]);

/**
 * Answers a field from the tables of its type, else from the source itself. A field nobody wrote down is an error: a double that
 * answered null to it would say something about the world that is not so.
 */
export const resolveField: GraphQLFieldResolver<unknown, GraphqlContext, Record<string, unknown>> = (...call) => {
  const [source, args, context, info] = call;
  const [type, field] = [info.parentType.name, info.fieldName];
  miss(context, `${type}.${field}`);
  const resolve = types.get(type)?.[field];
  // The schema says which type a source has; the tables cannot.
  if (resolve !== undefined) return resolve(source as never, args, context);
  if (typeof source === "object" && source !== null && field in source) {
    const value: unknown = Object.entries(source).find(([name]) => name === field)?.[1];
    return typeof value === "function" ? (value as () => unknown)() : value;
  }
  throw new TypedError("NOT_IMPLEMENTED", `The GitHub double does not know the field ${type}.${field}`);
};

export const resolveType: GraphQLTypeResolver<unknown, GraphqlContext> = (source) =>
  typeof source === "object" && source !== null && "typeName" in source && typeof source.typeName === "string"
    ? source.typeName
    : undefined;

/** The fault of partial data: the field is null, with an error that names it (scm §7.3). */
function miss({ faults }: GraphqlContext, name: string): void {
  const { partial } = faults;
  if (partial === null || partial.times <= 0 || partial.field !== name) return;
  partial.times -= 1;
  throw new TypedError(partial.type ?? "FORBIDDEN", partial.message ?? "Resource not accessible by integration");
}
