/** The part of a JSON schema (OpenAPI 3.1) that the page shows. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
}

/** One line of a table of fields. */
export interface SchemaRow {
  name: string;
  type: string;
  required: boolean;
  notes: string;
}

/** A type in words: `string`, `Bead`, `array of string`, `"open" | "closed"`, `integer or null`. */
export function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.split("/").at(-1) ?? "";
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const parts = schema.oneOf ?? schema.anyOf;
  if (parts !== undefined) return [...new Set(parts.map(typeText))].join(" or ");
  if (schema.allOf !== undefined) return [...new Set(schema.allOf.map(typeText))].join(" and ");
  return plainTypeText(schema);
}

function plainTypeText(schema: JsonSchema): string {
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  const texts = types.map((type) => {
    if (type === "array") return `array of ${schema.items === undefined ? "anything" : typeText(schema.items)}`;
    if (type === "object" && typeof schema.additionalProperties === "object")
      return `map of ${typeText(schema.additionalProperties)}`;
    return type === "string" && schema.format !== undefined ? schema.format : type;
  });
  return texts.length === 0 ? "anything" : texts.join(" or ");
}

/** What a value must keep to, beyond its type. */
export function limitsText(schema: JsonSchema): string {
  const { minLength: least, maxLength: most, minimum: min, maximum: max, maxItems, pattern } = schema;
  const said = [
    least !== undefined || most !== undefined ? `${range(least, most)} characters` : "",
    min !== undefined || max !== undefined ? range(min, max === Number.MAX_SAFE_INTEGER ? undefined : max) : "",
    maxItems === undefined ? "" : `at most ${maxItems} items`,
    pattern === undefined || pattern.length > 80 ? "" : `matches ${pattern}`,
    schema.default === undefined ? "" : `default ${JSON.stringify(schema.default)}`,
  ];
  return said.filter((text) => text !== "").join("; ");
}

function range(min: number | undefined, max: number | undefined): string {
  if (max === undefined) return `at least ${min}`;
  return min === undefined ? `at most ${max}` : `${min} to ${max}`;
}

/** The fields of an object, nested objects with a dot, lists of objects with `[]`. */
export function schemaRows(schema: JsonSchema, prefix = ""): SchemaRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const nested = field.properties ? field : (field.items ?? {});
    const suffix = field.properties ? "." : "[].";
    const notes = [field.description, limitsText(field)].filter(Boolean).join("; ");
    const row = {
      name: prefix + name,
      type: typeText(field),
      required: schema.required?.includes(name) ?? false,
      notes,
    };
    return [row, ...(nested.properties ? schemaRows(nested, `${prefix}${name}${suffix}`) : [])];
  });
}
