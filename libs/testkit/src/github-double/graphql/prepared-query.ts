import {
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type OperationDefinitionNode,
} from "graphql";
import { githubSchema } from "./github-schema.ts";
import { planCost, type CostPlan } from "./query-cost.ts";

export interface PreparedQuery {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly plan: CostPlan;
  /** `query`, or `mutation enqueuePullRequest`: what the log calls it. */
  readonly name: string;
}

const prepared = new Map<string, PreparedQuery | readonly GraphQLError[]>();
/** More texts than any client has; a client that makes up texts does not fill the memory. */
const most = 500;

/** Reads and validates a query against the published schema once. Throws `GraphQLError` when it cannot be read at all. */
export function prepareQuery(text: string, operationName: string | undefined): PreparedQuery | readonly GraphQLError[] {
  const key = `${operationName ?? ""}\n${text}`;
  const known = prepared.get(key);
  if (known !== undefined) return known;
  if (prepared.size >= most) prepared.clear();
  const answer = prepare(parse(text), operationName);
  prepared.set(key, answer);
  return answer;
}

/** What a request wants, as the log calls it, when it can be read. */
export function describeQuery(text: string, operationName: string | undefined): { name: string; mutation: boolean } {
  try {
    const query = prepareQuery(text, operationName);
    if ("name" in query)
      return { name: query.name, mutation: query.operation.operation === OperationTypeNode.MUTATION };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
  }
  return { name: "unreadable", mutation: false };
}

function prepare(document: DocumentNode, operationName: string | undefined): PreparedQuery | readonly GraphQLError[] {
  const schema = githubSchema();
  const errors = validate(schema, document, specifiedRules);
  if (errors.length > 0) return errors;
  const operation = getOperationAST(document, operationName);
  if (!operation) return [];
  return { document, operation, plan: planCost(schema, document, operation), name: nameOf(operation) };
}

function nameOf(operation: OperationDefinitionNode): string {
  const fields = operation.selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.name.value] : [],
  );
  return operation.operation === OperationTypeNode.MUTATION
    ? `mutation ${fields.join(" ")}`
    : ["query", operation.name?.value ?? fields.join(" ")].join(" ");
}
