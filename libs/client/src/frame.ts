import type { components } from "./schema.d.ts";

/** What a stream says; see `StreamFrame` in the OpenAPI document. */
export type Frame = components["schemas"]["StreamFrame"];
