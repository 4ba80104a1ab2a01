import { z } from "zod";
import { ScmError } from "../forge.ts";

/**
 * The answer as `schema` has it: a part that is missing is never taken for nothing. Throws `ScmError` naming it: `unavailable`, or
 * `unknown_outcome` of a change, which may have been made.
 */
export function parseAnswer<T>(
  schema: z.ZodType<T>,
  data: unknown,
  { operation, mutates = false }: { operation: string; mutates?: boolean },
): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? "" : `${issue.path.map(String).join(".")}: ${issue.message}`;
  const words = `GitHub, ${operation}: the answer is not what it should be: ${where}`;
  throw new ScmError(mutates ? "unknown_outcome" : "unavailable", words);
}
