import {
  getNamedType,
  isCompositeType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { TypedError } from "./typed-error.ts";

/** A connection of a query, and those inside of it. */
interface PlannedConnection {
  readonly name: string;
  readonly first: Bound;
  readonly last: Bound;
  readonly within: PlannedConnection[];
}
/** How many are asked for: said in the query, by a variable, or not at all. */
type Bound = { readonly value: number } | { readonly variable: string; readonly standard: number | null } | null;

export interface CostPlan {
  readonly connections: readonly PlannedConnection[];
}

const mostNodes = 500_000;

/** Finds the connections of an operation, through fragments too. */
export function planCost(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): CostPlan {
  const connectionFields = findConnectionFields(schema, document);
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet]] : [],
    ),
  );
  const collect = (selections: SelectionSetNode | undefined): PlannedConnection[] =>
    (selections?.selections ?? []).flatMap((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return collect(fragments.get(selection.name.value));
      const within = collect(selection.selectionSet);
      if (selection.kind === Kind.INLINE_FRAGMENT || !connectionFields.has(selection)) return within;
      const bound = (name: "first" | "last") => boundOf(selection, name, operation);
      return [{ name: selection.name.value, first: bound("first"), last: bound("last"), within }];
    });
  return { connections: collect(operation.selectionSet) };
}

/**
 * Points and nodes of a query by GitHub's formula: the requests of all connections over a hundred, at least one (scm §1.10 [D]).
 * Throws `TypedError` for connections without `first` or `last` in 1..100 and for more than 500,000 nodes.
 */
export function costOf(plan: CostPlan, variables: Readonly<Record<string, unknown>>): { cost: number; nodes: number } {
  let requests = 0;
  let nodes = 0;
  const add = (connections: readonly PlannedConnection[], times: number): void => {
    for (const connection of connections) {
      const size = sizeOf(connection, variables);
      requests += times;
      nodes += times * size;
      add(connection.within, times * size);
    }
  };
  add(plan.connections, 1);
  if (nodes > mostNodes) {
    throw new TypedError(
      "MAX_NODE_LIMIT_EXCEEDED",
      `This query requests up to ${nodes.toLocaleString("en")} possible nodes which exceeds the maximum limit of 500,000.`,
    );
  }
  return { cost: Math.max(1, Math.round(requests / 100)), nodes };
}

function findConnectionFields(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<FieldNode> {
  const found = new Set<FieldNode>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: (node) => {
        const type = getNamedType(info.getType());
        if (type && isCompositeType(type) && type.name.endsWith("Connection")) found.add(node);
      },
    }),
  );
  return found;
}

function boundOf(field: FieldNode, name: "first" | "last", operation: OperationDefinitionNode): Bound {
  const value = field.arguments?.find((argument) => argument.name.value === name)?.value;
  if (value?.kind === Kind.INT) return { value: Number(value.value) };
  if (value?.kind !== Kind.VARIABLE) return null;
  return { variable: value.name.value, standard: standardOf(operation, value.name.value) };
}

/** What a variable is when it is not given; null: nothing. */
function standardOf({ variableDefinitions }: OperationDefinitionNode, name: string): number | null {
  const standard = variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue;
  return standard?.kind === Kind.INT ? Number(standard.value) : null;
}

function sizeOf({ name, first, last }: PlannedConnection, variables: Readonly<Record<string, unknown>>): number {
  const wanted = [read(first, variables), read(last, variables)];
  const size = wanted.find((value) => value !== null) ?? undefined;
  if (size === undefined) {
    throw new TypedError(
      "MISSING_PAGINATION_BOUNDARIES",
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  if (size > 100) {
    throw new TypedError(
      "EXCESSIVE_PAGINATION",
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`${wanted[0] === size ? "first" : "last"}\` limit of 100 records.`,
    );
  }
  if (size < 1) throw new TypedError("ARGUMENT_LIMIT", `\`first\` on the \`${name}\` connection must be at least 1.`);
  return size;
}

function read(bound: Bound, variables: Readonly<Record<string, unknown>>): number | null {
  if (bound === null) return null;
  if ("value" in bound) return bound.value;
  const value = variables[bound.variable] ?? bound.standard;
  return typeof value === "number" ? value : null;
}
