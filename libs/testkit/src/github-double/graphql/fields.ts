import type { GraphqlContext } from "./graphql-context.ts";

/** A field's arguments, as the schema let them through. */
export type Args = Readonly<Record<string, unknown>>;

/** The fields of one type of the schema that this double knows; a query for any other one is answered with an error. */
export interface Fields<S> {
  readonly [field: string]: (source: S, args: Args, context: GraphqlContext) => unknown;
}

/** A text argument; null when it is absent. */
export function textOf(args: Args, name: string): string | null {
  const value = args[name];
  return typeof value === "string" ? value : null;
}

/** A number argument; null when it is absent. */
export function numberOf(args: Args, name: string): number | null {
  const value = args[name];
  return typeof value === "number" ? value : null;
}

/** A list of texts; null when it is absent. */
export function textsOf(args: Args, name: string): readonly string[] | null {
  const value = args[name];
  return Array.isArray(value) ? value.filter((text) => typeof text === "string") : null;
}
