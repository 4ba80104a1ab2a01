import { iso } from "../../rest/json/json-context.ts";
import type { RepositoryState } from "../../world/world-types.ts";
import { textOf, textsOf, type Fields } from "../fields.ts";
import type { GraphqlContext } from "../graphql-context.ts";
import { actorSource, pullSource, repositorySource } from "../sources.ts";
import { TypedError } from "../typed-error.ts";

/** A repository the caller may see, or GitHub's words that there is none. */
function visibleRepository(context: GraphqlContext, owner: string, name: string): RepositoryState {
  const repository = context.asking.world.repositories.find(owner, name);
  if (repository !== null && context.asking.mayRead(repository)) return repository;
  throw new TypedError("NOT_FOUND", `Could not resolve to a Repository with the name '${owner}/${name}'.`);
}

export const queryFields: Fields<undefined> = {
  repository: (_, args, context) =>
    repositorySource(visibleRepository(context, textOf(args, "owner") ?? "", textOf(args, "name") ?? "")),
  node: (_, args, context) => nodeOf(context, textOf(args, "id") ?? ""),
  nodes: (_, args, context) => (textsOf(args, "ids") ?? []).map((id) => nodeOf(context, id)),
  viewer: (_, __, context) => actorSource(context, context.asking.login),
  user: (_, args, context) => accountOf(context, textOf(args, "login") ?? "", "User"),
  organization: (_, args, context) => accountOf(context, textOf(args, "login") ?? "", "Organization"),
  rateLimit: (_, __, { rate }) => ({ ...rate, resetAt: iso(rate.resetAt) }),
};

function accountOf(context: GraphqlContext, login: string, type: "User" | "Organization"): object {
  const source = actorSource(context, login);
  if (source?.typeName === type) return source;
  throw new TypedError("NOT_FOUND", `Could not resolve to a ${type} with the login of '${login}'.`);
}

function nodeOf(context: GraphqlContext, id: string): object {
  const node = context.asking.world.core.nodes.get(id);
  if (node === undefined || !context.asking.mayRead("pull" in node ? node.pull.repository : node.repository)) {
    throw unresolved(id);
  }
  switch (node.kind) {
    case "repository":
      return repositorySource(node.repository);
    case "pull":
      return pullSource(context, node.pull);
    case "review":
      return { ...node, typeName: "PullRequestReview" };
    case "thread":
      return { ...node, typeName: "PullRequestReviewThread" };
    case "check":
      return { ...node, typeName: "CheckRun" };
    case "status":
      return { ...node, typeName: "StatusContext" };
  }
}

function unresolved(id: string): TypedError {
  return new TypedError("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
}
