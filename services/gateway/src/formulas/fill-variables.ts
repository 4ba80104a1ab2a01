import type { FieldError } from "../problem.ts";

/** A variable of a formula: with a default, or required. */
export interface Variable {
  default?: string | undefined;
}

const place = /\{\{\s*([A-Za-z_][\w-]*)\s*\}\}/g;

/** The value of each variable: the given one before the default. `errors` names what is missing and what nobody asked for. */
export function valuesOf(
  variables: Record<string, Variable>,
  given: Record<string, string>,
): { values: Map<string, string>; errors: FieldError[] } {
  const names = Object.keys(variables);
  const values = new Map<string, string>();
  const errors = Object.keys(given)
    .filter((name) => !Object.hasOwn(variables, name))
    .map((name) => ({ field: `vars.${name}`, reason: `is no variable of this formula, which has ${listed(names)}` }));
  for (const [name, variable] of Object.entries(variables)) {
    const value = Object.hasOwn(given, name) ? given[name] : variable.default;
    if (value === undefined) errors.push({ field: `vars.${name}`, reason: "is required by this formula" });
    else values.set(name, value);
  }
  return { values, errors };
}

/** Every `{{name}}` of the text replaced by its value, once: a value is never looked into. Unknown names are errors of the field. */
export function fillVariables(
  text: string,
  values: ReadonlyMap<string, string>,
  field: string,
): { text: string; errors: FieldError[] } {
  const unknown = new Set<string>();
  const filled = text.replaceAll(place, (whole, name: string) => {
    const value = values.get(name);
    if (value === undefined) unknown.add(name);
    return value ?? whole;
  });
  const reason = (name: string) => `uses {{${name}}}, which is not in [vars]: it has ${listed([...values.keys()])}`;
  return { text: filled, errors: [...unknown].map((name) => ({ field, reason: reason(name) })) };
}

function listed(names: string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
