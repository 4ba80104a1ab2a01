import type { z } from "zod";
import { Problem, type FieldError } from "./problem.ts";

/** `json`, `query` or `param`, as hono names the parts of a request. */
type Target = string;
interface Issue {
  code?: string | undefined;
  path: PropertyKey[];
  message: string;
  keys?: string[];
  /** What a map's key breaks. */
  issues?: { message: string }[];
}

function nameOf(path: PropertyKey[]): string {
  return path.reduce<string>(
    (name, part) =>
      typeof part === "number" ? `${name}[${part}]` : name === "" ? String(part) : `${name}.${String(part)}`,
    "",
  );
}

function fieldErrorsOf(issue: Issue, target: Target): FieldError[] {
  const within = nameOf(issue.path);
  if (issue.code === "unrecognized_keys" && issue.keys)
    return issue.keys.map((key) => ({
      field: within === "" ? key : `${within}.${key}`,
      reason: target === "query" ? "is not a parameter of this route" : "is not a field of this request",
    }));
  const said = issue.code === "invalid_key" ? (issue.issues?.[0]?.message ?? issue.message) : issue.message;
  return [{ field: within === "" ? "body" : within, reason: reasonOf(said) }];
}

/** zod's own messages start with "Invalid input: "; what a person needs comes after it. */
function reasonOf(message: string): string {
  return message.replace(/^Invalid input: /, "");
}

/** Every field that a schema found wrong, with the reason. */
export function fieldErrors(error: z.ZodError, target: Target): FieldError[] {
  return (error.issues as Issue[]).flatMap((issue) => fieldErrorsOf(issue, target));
}

/**
 * The problem of a request part that its schema refuses. An id in the path that no thing can have is 404: there is no such
 * thing; a wrong body or parameter is 400.
 */
export function validationProblem(error: z.ZodError, target: Target): Problem {
  const errors = fieldErrors(error, target);
  const said = errors.map(({ field, reason }) => `${field}: ${reason}`).join("; ");
  if (target === "param") return new Problem("not_found", { detail: `No such id can exist. ${said}`, errors });
  return new Problem("invalid", { detail: said, errors });
}
