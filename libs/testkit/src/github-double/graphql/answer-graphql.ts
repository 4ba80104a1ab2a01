import { execute, GraphQLError, OperationTypeNode } from "graphql";
import type { Json, JsonObject } from "../ports.ts";
import type { Asking } from "../server/asking.ts";
import type { Faults } from "../types.ts";
import { githubSchema } from "./github-schema.ts";
import type { RateView } from "./graphql-context.ts";
import { prepareQuery, type PreparedQuery } from "./prepared-query.ts";
import { costOf } from "./query-cost.ts";
import { resolveField, resolveType } from "./resolve-field.ts";
import { WorldRefusal } from "../world/world-refusal.ts";
import { TypedError, writtenError } from "./typed-error.ts";

interface GraphqlRequest {
  readonly asking: Asking;
  readonly faults: Faults;
  readonly body: JsonObject;
  /** Takes so many points, or answers null when there are none left. */
  readonly spend: (cost: number, nodeCount: number) => RateView | null;
  /** Told of errors that are the double's own. */
  readonly defect: (error: unknown) => void;
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly body: JsonObject;
  /** `query Name`, `mutation enqueuePullRequest`; null when the request could not be read. */
  readonly name: string | null;
  readonly mutation: boolean;
  readonly cost: number;
}

/** Answers one GraphQL request: as GitHub, nearly always with 200, and with `errors` for what went wrong [D]. */
export async function answerGraphql(request: GraphqlRequest): Promise<GraphqlAnswer> {
  const query = request.body["query"];
  if (typeof query !== "string")
    return refused(400, { message: "A query attribute must be specified and must be a string." });
  const prepared = read(query, request.body["operationName"]);
  if ("errors" in prepared) return refused(200, prepared);
  const variables = objectOf(request.body["variables"]);
  const priced = priceOf(prepared, variables, request.spend);
  if ("errors" in priced) return { ...refused(200, priced), name: prepared.name };
  const { asking, faults, defect } = request;
  const result = await execute({
    schema: githubSchema(),
    document: prepared.document,
    operationName: prepared.operation.name?.value,
    variableValues: { ...variables },
    contextValue: { asking, faults, readings: new Map(), rate: priced },
    fieldResolver: resolveField,
    typeResolver: resolveType,
  });
  for (const { originalError } of result.errors ?? []) if (isDefect(originalError)) defect(originalError);
  return {
    status: 200,
    // `execute` makes nothing but JSON.
    body: {
      ...(result.data === undefined ? {} : { data: result.data as Json }),
      ...(result.errors === undefined ? {} : { errors: result.errors.map(written) }),
    },
    name: prepared.name,
    mutation: prepared.operation.operation === OperationTypeNode.MUTATION,
    cost: priced.cost,
  };
}

/** Neither said by the world nor by the query's own checks. */
function isDefect(error: Error | undefined): boolean {
  return (
    error !== undefined &&
    !(error instanceof TypedError || error instanceof WorldRefusal || error instanceof GraphQLError)
  );
}

function read(query: string, operationName: Json | undefined): PreparedQuery | { readonly errors: readonly Json[] } {
  try {
    const prepared = prepareQuery(query, typeof operationName === "string" ? operationName : undefined);
    if (!Array.isArray(prepared)) return prepared as PreparedQuery;
    return { errors: prepared.map(written) };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [written(error)] };
    throw error;
  }
}

function priceOf(
  { plan }: PreparedQuery,
  variables: JsonObject,
  spend: GraphqlRequest["spend"],
): RateView | { readonly errors: readonly Json[] } {
  try {
    const { cost, nodes } = costOf(plan, variables);
    return spend(cost, nodes) ?? { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] };
  } catch (error) {
    if (error instanceof TypedError) return { errors: [{ type: error.type, message: error.message }] };
    throw error;
  }
}

function written(error: GraphQLError): Json {
  const { type, message, locations, path, extensions } = writtenError(error);
  return {
    ...(type === undefined ? {} : { type }),
    ...(path === undefined ? {} : { path: [...path] }),
    ...(extensions === undefined ? {} : { extensions: extensions as JsonObject }),
    ...(locations === undefined ? {} : { locations: locations.map(({ line, column }) => ({ line, column })) }),
    message,
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function refused(status: number, body: JsonObject): GraphqlAnswer {
  return { status, body, name: null, mutation: false, cost: 0 };
}
