import { schema as published } from "@octokit/graphql-schema";
import { buildSchema, type GraphQLSchema } from "graphql";

let built: GraphQLSchema | undefined;

/**
 * GitHub's published schema, built once. `assumeValidSDL`: two fields are in the published text twice, which the full check
 * refuses (scm §7.1 [M]). Takes most of a second.
 */
export function githubSchema(): GraphQLSchema {
  built ??= buildSchema(published.idl, { assumeValidSDL: true });
  return built;
}
