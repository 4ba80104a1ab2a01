/** The part of a JSON schema (OpenAPI 3.1) that types are made of. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  description?: string;
}
interface Media {
  content?: Record<string, { schema?: JsonSchema }>;
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: JsonSchema;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: Media & { required?: boolean };
  responses?: Record<string, Media>;
}
/** An OpenAPI 3.1 document, as far as types need it. */
export interface ApiDocument {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, JsonSchema> };
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const primitives: Record<string, string> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** The TypeScript type of a schema. */
export function typeOf(schema: JsonSchema | undefined): string {
  if (schema === undefined) return "unknown";
  if (schema.$ref !== undefined) return `components["schemas"][${JSON.stringify(schema.$ref.split("/").at(-1))}]`;
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.allOf !== undefined) return schema.allOf.map((part) => `(${typeOf(part)})`).join(" & ");
  const types = [schema.type ?? []].flat().map((type) => plain(type, schema));
  const parts = (schema.oneOf ?? schema.anyOf)?.map(typeOf) ?? types;
  return parts.length === 0 ? "unknown" : union(parts);
}

function union(types: string[]): string {
  const distinct = [...new Set(types)];
  return distinct.length === 1
    ? (distinct[0] ?? "unknown")
    : distinct.map((type) => (type.includes("&") ? `(${type})` : type)).join(" | ");
}

function plain(type: string, schema: JsonSchema): string {
  if (type === "array") return `(${typeOf(schema.items)})[]`;
  if (type === "object") return objectType(schema);
  return primitives[type] ?? "unknown";
}

function objectType({ properties = {}, required = [], additionalProperties }: JsonSchema): string {
  const fields = Object.entries(properties).map(([name, field]) => {
    const comment = field.description === undefined ? "" : `/** ${field.description.replaceAll("*/", "*\\/")} */ `;
    return `${comment}${key(name)}${required.includes(name) ? "" : "?"}: ${typeOf(field)};`;
  });
  const open = fields.length === 0 && additionalProperties === undefined ? {} : additionalProperties;
  const rest = typeof open === "object" ? [`[name: string]: ${fields.length === 0 ? typeOf(open) : "unknown"};`] : [];
  return `{ ${[...fields, ...rest].join(" ")} }`;
}

function parametersType(parameters: Parameter[]): string {
  const places = ["query", "header", "path", "cookie"].map((place) => {
    const here = parameters.filter((parameter) => parameter.in === place);
    if (here.length === 0) return `${place}?: never;`;
    const fields = here.map(({ name, required, schema }) => `${key(name)}${required ? "" : "?"}: ${typeOf(schema)};`);
    return `${place}${here.some(({ required }) => required) ? "" : "?"}: { ${fields.join(" ")} };`;
  });
  return `{ ${places.join(" ")} }`;
}

function contentType({ content }: Media): string {
  if (content === undefined) return "content?: never;";
  const types = Object.entries(content).map(([media, { schema }]) => `${JSON.stringify(media)}: ${typeOf(schema)};`);
  return `content: { ${types.join(" ")} };`;
}

function operationType({ parameters = [], requestBody, responses = {} }: Operation): string {
  const body =
    requestBody === undefined
      ? "requestBody?: never;"
      : `requestBody${requestBody.required ? "" : "?"}: { ${contentType(requestBody)} };`;
  const answers = Object.entries(responses).map(
    ([status, media]) => `${status}: { headers: { [name: string]: unknown }; ${contentType(media)} };`,
  );
  return `{\n      parameters: ${parametersType(parameters)};\n      ${body}\n      responses: {\n        ${answers.join("\n        ")}\n      };\n    }`;
}

function pathType(path: string, item: Record<string, Operation>): string {
  const fields = methods.map((method) => {
    const operation = item[method];
    return operation === undefined ? `${method}?: never;` : `${method}: ${operationType(operation)};`;
  });
  return `  ${JSON.stringify(path)}: {\n    parameters: { query?: never; header?: never; path?: never; cookie?: never };\n    ${fields.join("\n    ")}\n  };`;
}

/** The source of a module with the types of an OpenAPI document: `paths` as openapi-fetch wants them, and `components`. */
export function schemaModule({ paths = {}, components = {} }: ApiDocument): string {
  const schemas = Object.entries(components.schemas ?? {}).map(([name, schema]) => {
    const comment = schema.description === undefined ? "" : `    /** ${schema.description} */\n`;
    return `${comment}    ${key(name)}: ${typeOf(schema)};`;
  });
  return [
    "// Made by src/generate.ts from services/gateway/openapi.json. Run `npm run generate -w @gastown/client`; do not edit.",
    `export interface paths {\n${Object.entries(paths)
      .map(([path, item]) => pathType(path, item))
      .join("\n")}\n}`,
    `export interface components {\n  schemas: {\n${schemas.join("\n")}\n  };\n}`,
    "",
  ].join("\n\n");
}
