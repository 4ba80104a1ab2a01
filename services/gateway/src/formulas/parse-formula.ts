import { formula, type Formula } from "@gastown/contracts";
import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { Problem, type FieldError } from "../problem.ts";
import { fieldErrors } from "../validation.ts";
import { fillVariables, valuesOf } from "./fill-variables.ts";

/** A text alone is the default. */
const variable = z.preprocess(
  (value) => (typeof value === "string" ? { default: value } : value),
  z
    .strictObject({
      description: z.string().optional(),
      required: z.boolean().optional(),
      default: z.string().optional(),
    })
    .refine((v) => (v.default === undefined) === (v.required === true), {
      message: "must have either a default or required = true",
    }),
);

/** A formula file: what the town gets, with variables still in its texts. */
const file = formula.extend({
  vars: z.record(z.string().regex(/^[A-Za-z_][\w-]*$/, "must be letters, digits, '_' and '-'"), variable).default({}),
  steps: z.array(formula.shape.steps.element.strict()).min(1).max(50),
});

/**
 * The formula of a TOML text with its variables filled in. Throws a Problem `invalid` that names every field that is wrong, or the
 * line where the text is no TOML.
 */
export function parseFormula(text: string, given: Record<string, string>): Formula {
  const { vars, ...template } = checked(file.strict(), parseToml(text));
  const { values, errors } = valuesOf(vars, given);
  // Names of variables that only lack a value are known, so that they are not told twice.
  const known = new Map([...Object.keys(vars).map((name) => [name, ""] as const), ...values]);
  const fill = (field: string, said: string): string => {
    const filled = fillVariables(said, known, `formula.${field}`);
    errors.push(...filled.errors);
    return filled.text;
  };
  const filled = {
    name: fill("name", template.name),
    description: fill("description", template.description),
    steps: template.steps.map((step, at) => ({
      ...step,
      title: fill(`steps[${at}].title`, step.title),
      body: fill(`steps[${at}].body`, step.body),
    })),
  };
  if (errors.length > 0) throw invalid(errors);
  return checked(formula, filled);
}

function parseToml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [said = "cannot be read"] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    throw invalid([{ field: "formula", reason: `line ${error.line}, column ${error.column}: ${said}` }]);
  }
}

function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const errors = fieldErrors(read.error, "json").map(({ field, reason }) => ({
    field: field === "body" ? "formula" : `formula.${field}`,
    reason,
  }));
  throw invalid(errors);
}

function invalid(errors: FieldError[]): Problem {
  return new Problem("invalid", {
    detail: errors.map(({ field, reason }) => `${field}: ${reason}`).join("; "),
    errors,
  });
}
