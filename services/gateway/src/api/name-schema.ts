import type { OpenAPIHono, z } from "@hono/zod-openapi";

type Registry = OpenAPIHono["openAPIRegistry"];
const names = new Map<string, z.ZodType>();

/**
 * A view of contracts as the OpenAPI document names it. The copy made here is the one that routes use: a schema made before
 * zod-openapi was loaded cannot be named.
 */
export function named<S extends z.ZodType>(name: string, schema: S, description: string): S {
  const copy = schema.describe(description).openapi(name);
  names.set(name, copy);
  return copy;
}

/** Registers every named schema first, so that each becomes a component as it is and not as its first user bends it. */
export function registerNamedSchemas(registry: Registry): void {
  for (const [name, schema] of names) registry.register(name, schema);
}
