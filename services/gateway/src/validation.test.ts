import { expect, test } from "vitest";
import { z } from "zod";
import { fieldErrors, validationProblem } from "./validation.ts";

const schema = z.strictObject({ title: z.string(), rules: z.strictObject({ waits: z.array(z.int()) }).optional() });
const errorsOf = (value: unknown) => fieldErrors(schema.safeParse(value).error ?? new z.ZodError([]), "json");

test("every wrong field is named by its path, unknown ones too", () => {
  expect(errorsOf({ rules: { waits: [1, "x"], pace: 1 }, colour: "red" })).toEqual(
    expect.arrayContaining([
      { field: "title", reason: "expected string, received undefined" },
      { field: "rules.waits[1]", reason: "expected number, received string" },
      { field: "rules.pace", reason: "is not a field of this request" },
      { field: "colour", reason: "is not a field of this request" },
    ]),
  );
  expect(errorsOf([])).toEqual([{ field: "body", reason: "expected object, received array" }]);
});

test("a name that a map may not have is named, with the reason", () => {
  const map = z.strictObject({ env: z.record(z.string().regex(/^[A-Z]+$/, "must be letters"), z.string()) });
  const { error } = map.safeParse({ env: { "a b": "x" } });
  expect(fieldErrors(error ?? new z.ZodError([]), "json")).toEqual([{ field: "env.a b", reason: "must be letters" }]);
});

test("an id that nothing can have is not there; anything else is invalid", () => {
  const { error } = z.object({ town: z.string().regex(/^[a-z]+$/, "must be letters") }).safeParse({ town: "T" });
  expect(validationProblem(error ?? new z.ZodError([]), "param")).toMatchObject({
    status: 404,
    code: "not_found",
    options: { errors: [{ field: "town", reason: "must be letters" }] },
  });
  expect(validationProblem(error ?? new z.ZodError([]), "query")).toMatchObject({ status: 400, code: "invalid" });
});
