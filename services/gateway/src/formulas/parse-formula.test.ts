import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Problem } from "../problem.ts";
import { parseFormula } from "./parse-formula.ts";

const ship = readFileSync(new URL("../../../../docs/formulas/ship.toml", import.meta.url), "utf8");
const step = '[[steps]]\nid = "a"\ntitle = "A"\n';

function refusal(text: string, vars: Record<string, string> = {}) {
  try {
    parseFormula(text, vars);
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, errors: error.options.errors };
    throw error;
  }
  throw new Error("it was taken");
}

test("the example has its steps, with variables filled in and defaults where none is given", () => {
  const { name, description, steps } = parseFormula(ship, { change: "rename {{check}}", audience: "us" });
  expect({ name, description }).toEqual({
    name: "ship",
    // A value is never looked into.
    description: "Take one change from a plan to a branch that can be merged: rename {{check}}.",
  });
  expect(steps.map(({ id, needs }) => [id, needs])).toEqual([
    ["plan", []],
    ["build", ["plan"]],
    ["test", ["build"]],
    ["document", ["build"]],
    ["hand-in", ["test", "document"]],
  ]);
  expect(steps[0]?.title).toBe("Plan: rename {{check}}");
  expect(steps[2]?.body).toContain("`npm test` must succeed");
  expect(steps[3]?.body).toContain("Write for us:");
});

test.each<[string, string, Record<string, string>, { field: string; reason: RegExp }[]]>([
  ["no TOML", 'name = "x"\nsteps = [\n', {}, [{ field: "formula", reason: /^line \d+, column \d+: / }]],
  ["a line that is wrong", 'name = "x"\ntitle is this\n', {}, [{ field: "formula", reason: /^line 2, / }]],
  ["no steps", 'name = "x"', {}, [{ field: "formula.steps", reason: /expected array/ }]],
  ["no name", step, {}, [{ field: "formula.name", reason: /expected string/ }]],
  ["an unknown field", `name = "x"\ncolour = 1\n${step}`, {}, [{ field: "formula.colour", reason: /not a field/ }]],
  [
    "an unknown field of a step",
    `name = "x"\n${step}cost = 1`,
    {},
    [{ field: "formula.steps[0].cost", reason: /not a field/ }],
  ],
  [
    "a step's id",
    'name = "x"\n[[steps]]\nid = "A b"\ntitle = "A"',
    {},
    [{ field: "formula.steps[0].id", reason: /1-40/ }],
  ],
  ["a variable that is no text", `name = "x"\n[vars]\na = 1\n${step}`, {}, [{ field: "formula.vars.a", reason: /./ }]],
  [
    "neither default nor required",
    `name = "x"\n[vars]\na = {}\n${step}`,
    {},
    [{ field: "formula.vars.a", reason: /either a default/ }],
  ],
  [
    "both",
    `name = "x"\n[vars]\na = { required = true, default = "x" }\n${step}`,
    {},
    [{ field: "formula.vars.a", reason: /either a default/ }],
  ],
  ["a missing variable", ship, {}, [{ field: "vars.change", reason: /required/ }]],
  [
    "an unknown variable",
    ship,
    { change: "x", colour: "red" },
    [{ field: "vars.colour", reason: /no variable.*change, check, audience/ }],
  ],
  [
    "a name that objects have",
    ship,
    { change: "x", toString: "red" },
    [{ field: "vars.toString", reason: /no variable/ }],
  ],
  [
    "a name that is not declared",
    `name = "x"\n[vars]\na = "1"\n${step}body = "{{a}} {{ b }} {{b}}"`,
    {},
    [{ field: "formula.steps[0].body", reason: /uses \{\{b\}\}.*it has a$/ }],
  ],
  [
    "a title too long once it is filled in",
    `name = "x"\n[vars]\na = "1"\n[[steps]]\nid = "a"\ntitle = "{{a}}"`,
    { a: "x".repeat(201) },
    [{ field: "formula.steps[0].title", reason: /200/ }],
  ],
])("%s is refused and named", (_, text, vars, expected) => {
  const { code, errors } = refusal(text, vars);
  expect(code).toBe("invalid");
  expect(errors).toEqual(expected.map(({ field, reason }) => ({ field, reason: expect.stringMatching(reason) })));
});
