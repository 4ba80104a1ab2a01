export { answered, NotSettledError, settled } from "./answered.ts";
export { ApiError, UnreachableError, type ProblemDocument } from "./api-error.ts";
export { createClient, type ClientOptions, type GastownClient } from "./create-client.ts";
export type { Frame } from "./frame.ts";
export { policyFields } from "./policy-fields.ts";
export type { PolicyField } from "./policy-module.ts";
export type { WatchOptions } from "./watch-town.ts";
import type { components } from "./schema.d.ts";

/** A view of the API by its name in the OpenAPI document: `Schema<"Bead">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];
