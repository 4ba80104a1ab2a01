import type { JsonSchema } from "./schema-types.ts";

/** What a number, or another value, of a town's policy may be. */
export interface PolicyField {
  /** Its types in JSON: `null` is no limit. */
  types: readonly string[];
  /** The default of every town. */
  default: unknown;
  minimum?: number;
  maximum?: number;
  choices?: readonly unknown[];
  /** A rig may set it for itself. */
  ofRigs: boolean;
}

type Described = JsonSchema & { default?: unknown; minimum?: number; maximum?: number };
interface Document {
  components?: { schemas?: Record<string, JsonSchema> };
}

function fieldOf(schema: Described, ofRigs: boolean): PolicyField {
  const { minimum, maximum, enum: choices } = schema;
  return {
    types: [schema.type ?? []].flat(),
    default: schema.default,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(choices !== undefined && { choices }),
    ofRigs,
  };
}

/** The source of a module with every field of the policy, from the OpenAPI document. */
export function policyModule(document: Document): string {
  const { Policy: policy, RigPolicyOverride: ofRigs } = document.components?.schemas ?? {};
  const fields = Object.entries(policy?.properties ?? {}).map(
    ([name, schema]) => `  ${name}: ${JSON.stringify(fieldOf(schema, Object.hasOwn(ofRigs?.properties ?? {}, name)))},`,
  );
  return [
    "// Made by src/generate.ts from services/gateway/openapi.json. Run `npm run generate -w @gastown/client`; do not edit.",
    'import type { PolicyField } from "./policy-module.ts";',
    "/** Every field of a town's policy, in the order of the API's documents. */",
    `export const policyFields: Readonly<Record<string, PolicyField>> = {\n${fields.join("\n")}\n};`,
    "",
  ].join("\n\n");
}
