import { z } from "zod";

/** Environment variables that are missing or wrong; the message lists each with what is wrong and what it is for. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * The configuration in the environment, checked. A variable set to nothing counts as not set (compose files do that).
 * Throws `ConfigError` naming every wrong variable at once. Values are not repeated, they may be secrets.
 */
export function parseEnv<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => describe(schema, issue, given));
  throw new ConfigError(`The configuration is not right. Set these environment variables:\n${lines.join("\n")}`);
}

function describe(schema: z.ZodType, issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = String(issue.path[0] ?? "(all)");
  const reason = name in given ? issue.message : "is not set";
  const purpose =
    schema instanceof z.ZodObject ? (schema.shape[name] as z.ZodType | undefined)?.description : undefined;
  return `  ${name}: ${reason}${purpose === undefined ? "" : ` (${purpose})`}`;
}
