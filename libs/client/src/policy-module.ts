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
  paths?: Record<string, Record<string, { requestBody?: { content?: Record<string, { schema?: JsonSchema }> } }>>;
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

/** The fields a rig may set, from the body of its PATCH. */
function rigFieldsOf({ paths = {} }: Document): Set<string> {
  const body = paths["/v1/towns/{town}/rigs/{rig}"]?.["patch"]?.requestBody?.content?.["application/json"]?.schema;
  const policy = body?.properties?.["policy"];
  const named = [policy ?? {}, ...(policy?.anyOf ?? policy?.oneOf ?? [])];
  return new Set(named.flatMap(({ properties = {} }) => Object.keys(properties)));
}

/** The source of a module with every field of the policy, from the OpenAPI document. */
export function policyModule(document: Document): string {
  const rigFields = rigFieldsOf(document);
  const fields = Object.entries(document.components?.schemas?.["Policy"]?.properties ?? {}).map(
    ([name, schema]) => `  ${name}: ${JSON.stringify(fieldOf(schema, rigFields.has(name)))},`,
  );
  return [
    "// Made by src/generate.ts from services/gateway/openapi.json. Run `npm run generate -w @gastown/client`; do not edit.",
    'import type { PolicyField } from "./policy-module.ts";',
    "/** Every field of a town's policy, in the order of the API's documents. */",
    `export const policyFields: Readonly<Record<string, PolicyField>> = {\n${fields.join("\n")}\n};`,
    "",
  ].join("\n\n");
}
