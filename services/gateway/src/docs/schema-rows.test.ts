import { expect, test } from "vitest";
import { limitsText, schemaRows, typeText, type JsonSchema } from "./schema-rows.ts";

test.each<[JsonSchema, string]>([
  [{ $ref: "#/components/schemas/Bead" }, "Bead"],
  [{ type: ["string", "null"] }, "string or null"],
  [{ type: "string", format: "date-time" }, "date-time"],
  [{ type: "array", items: { $ref: "#/x/Bead" } }, "array of Bead"],
  [{ enum: ["a", "b"] }, '"a" | "b"'],
  [{ type: "object", additionalProperties: { type: "integer" } }, "map of integer"],
  [{ allOf: [{ $ref: "#/x/Town" }, { type: "object" }] }, "Town and object"],
  [{}, "anything"],
])("%j is %s", (schema, text) => {
  expect(typeText(schema)).toBe(text);
});

test("nested fields are written with their path, and limits in words", () => {
  const schema: JsonSchema = {
    type: "object",
    required: ["rules"],
    properties: {
      rules: {
        type: "object",
        properties: {
          waits: {
            type: "array",
            maxItems: 3,
            items: { type: "object", properties: { ms: { type: "integer", minimum: 0, maximum: 9, default: 5 } } },
          },
        },
      },
    },
  };
  expect(schemaRows(schema)).toEqual([
    { name: "rules", type: "object", required: true, notes: "" },
    { name: "rules.waits", type: "array of object", required: false, notes: "at most 3 items" },
    { name: "rules.waits[].ms", type: "integer", required: false, notes: "0 to 9; default 5" },
  ]);
  expect(limitsText({ minLength: 1 })).toBe("at least 1 characters");
});
