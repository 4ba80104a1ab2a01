import { catalog, schemaName, subjectTemplate, type Descriptor, type Query } from "@gastown/contracts";
import { z } from "zod";

interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  default?: unknown;
}

const of = (kind: Descriptor["kind"]) =>
  catalog.filter((d) => d.kind === kind).toSorted((a, b) => a.type.localeCompare(b.type, "en"));

/** `docs/messages.md`: every message of the catalogue with its subject and its data, from the schemas themselves. */
export function renderMessages(): string {
  return [
    "# Messages",
    "",
    "Generated from `libs/contracts` by `npm run docs`; a test fails when it is stale. `?` marks a field that may be left out,",
    "`= x` its default. Bodies are CloudEvents 1.0 JSON envelopes (`libs/contracts/src/envelope.ts`); the data below is their `data`.",
    "",
    ...section(
      "Commands",
      "Their owner acts on them, once; the verdict is told on `verdict.<owner>.<town>.<command id>`.",
      of("command"),
    ),
    ...section("Events", "Their owner tells what happened. Stream `EVT`.", of("event")),
    ...section("Queries", "Their owner answers over request/reply.", of("query")),
  ].join("\n");
}

function section(title: string, intro: string, messages: readonly Descriptor[]): string[] {
  return [`## ${title}`, "", intro, "", ...messages.flatMap(entry)];
}

function entry(d: Descriptor): string[] {
  const reply = d.kind === "query" ? [`- answers \`${typeText(jsonSchema((d as Query).reply))}\``] : [];
  return [
    `### \`${subjectTemplate(d)}\``,
    "",
    d.summary,
    "",
    `- schema \`${schemaName(d)}\``,
    ...fields(jsonSchema(d.data)),
    ...reply,
    "",
  ];
}

function jsonSchema(schema: z.ZodType): Schema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema;
}

function fields(schema: Schema): string[] {
  const entries = Object.entries(schema.properties ?? {});
  if (entries.length === 0) return ["- no data"];
  return entries.map(([name, field]) => {
    const optional = schema.required?.includes(name) ? "" : "?";
    const fallback = field.default === undefined ? "" : ` = \`${JSON.stringify(field.default)}\``;
    return `- \`${name}${optional}\`: \`${typeText(field)}\`${fallback}`;
  });
}

function typeText(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(" | ");
  if (schema.type === "array") return arrayText(schema.items ?? {});
  if (schema.type === "object") return objectText(schema);
  if (schema.format === "date-time") return "time";
  return schema.type ?? "any";
}

function arrayText(items: Schema): string {
  const text = typeText(items);
  return text.includes(" | ") ? `(${text})[]` : `${text}[]`;
}

function objectText(schema: Schema): string {
  const entries = Object.entries(schema.properties ?? {});
  if (entries.length === 0) {
    const values = typeof schema.additionalProperties === "object" ? typeText(schema.additionalProperties) : "any";
    return `{ [name]: ${values} }`;
  }
  return `{ ${entries.map(([name, field]) => `${name}${schema.required?.includes(name) ? "" : "?"}: ${typeText(field)}`).join(", ")} }`;
}
