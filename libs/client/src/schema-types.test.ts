import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { schemaModule, typeOf, type ApiDocument, type JsonSchema } from "./schema-types.ts";

test("schema.d.ts is what the document says (else: npm run generate -w @gastown/client)", () => {
  const document = JSON.parse(
    readFileSync(new URL("../../../services/gateway/openapi.json", import.meta.url), "utf8"),
  ) as ApiDocument;
  expect(readFileSync(new URL("schema.d.ts", import.meta.url), "utf8")).toBe(schemaModule(document));
});

test.each<[JsonSchema, string]>([
  [{ type: ["string", "null"] }, "string | null"],
  [{ enum: ["a", null] }, '"a" | null'],
  [{ type: "array", items: { type: ["integer", "null"] } }, "(number | null)[]"],
  [
    { type: "object", required: ["a"], properties: { a: { type: "integer" }, "b-c": { type: "boolean" } } },
    '{ a: number; "b-c"?: boolean; }',
  ],
  [{ type: "object", additionalProperties: { type: "number" } }, "{ [name: string]: number; }"],
  [{ type: "object", properties: { a: {} }, additionalProperties: {} }, "{ a?: unknown; [name: string]: unknown; }"],
  [{ type: "object", properties: {}, additionalProperties: false }, "{  }"],
  [{ oneOf: [{ $ref: "#/components/schemas/A" }, { type: "null" }] }, 'components["schemas"]["A"] | null'],
  [
    { allOf: [{ $ref: "#/components/schemas/A" }, { type: "object", properties: {} }] },
    '(components["schemas"]["A"]) & ({ [name: string]: unknown; })',
  ],
  [{}, "unknown"],
])("%j is %s", (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});
