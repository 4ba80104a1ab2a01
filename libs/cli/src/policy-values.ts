import { policyFields, type PolicyField, type Schema } from "@gastown/client";
import { CliError, type FieldError } from "./cli-error.ts";

/** `none` is no limit, where that can be. Text without quotes is text, and a list may be written with commas alone. */
function read(text: string, { types }: PolicyField): unknown {
  if (types.includes("null") && text === "none") return null;
  if (types.includes("array") && /^[\d\s,]+$/.test(text)) return text.split(",").map(Number);
  if (types.includes("string")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function wanted({ types, minimum, maximum, choices }: PolicyField): string {
  if (choices !== undefined) return `one of ${choices.join(", ")}`;
  if (types.includes("boolean")) return "true or false";
  if (types.includes("array")) return "whole numbers with commas";
  const range = `a whole number from ${minimum ?? 0} to ${maximum ?? "any"}`;
  return types.includes("null") ? `${range}, or none` : range;
}

function isWhole(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value);
}

function isWithin(value: unknown, { minimum = 0, maximum = Number.POSITIVE_INFINITY }: PolicyField): boolean {
  return isWhole(value) && Number(value) >= minimum && Number(value) <= maximum;
}

function fits(value: unknown, field: PolicyField): boolean {
  const { types, choices } = field;
  if (choices !== undefined) return choices.includes(value);
  if (value === null) return types.includes("null");
  if (typeof value === "boolean") return types.includes("boolean");
  if (Array.isArray(value)) return types.includes("array") && value.every(isWhole);
  return types.includes("integer") && isWithin(value, field);
}

function objection(name: string, value: unknown, field: PolicyField | undefined): string | null {
  if (field === undefined) return "is no field of the policy";
  return fits(value, field) ? null : `must be ${wanted(field)}`;
}

/**
 * The values of `--policy name=value`, each of the type that its field has. Throws a CliError that names every one that is wrong; a
 * rig is refused what it has no say in.
 */
export function policyOf(given: Record<string, string>, of: "town" | "rig" = "town"): Schema<"PolicyOverride"> {
  const fields: FieldError[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(given)) {
    const field = Object.hasOwn(policyFields, name) ? policyFields[name] : undefined;
    values[name] = field === undefined ? text : read(text, field);
    const against =
      field && of === "rig" && !field.ofRigs ? "is the town's to set" : objection(name, values[name], field);
    if (against !== null) fields.push({ field: `policy.${name}`, reason: against });
  }
  if (fields.length === 0) return values;
  throw new CliError(fields.map(({ field, reason }) => `${field} ${reason}`).join("; "), {
    code: "invalid",
    advice: "gastown policy prints every field with its default and value.",
    fields,
  });
}
