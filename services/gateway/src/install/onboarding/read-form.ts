import type { z } from "zod";
import { validationProblem } from "../../validation.ts";

/** A form's values as its schema wants them; a 400 problem that names the fields otherwise. Empty fields are left out. */
export function readForm<Schema extends z.ZodType>(
  schema: Schema,
  values: Readonly<Record<string, string>>,
): z.output<Schema> {
  const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ""));
  const read = schema.safeParse(filled);
  if (!read.success) throw validationProblem(read.error, "form");
  return read.data;
}
