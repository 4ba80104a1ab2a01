import { readFileSync } from "node:fs";
import { z } from "zod";

/** Environment variables that are missing or wrong; the message lists each with what is wrong and what it is for. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * The configuration in the environment, checked. A variable set to nothing counts as not set (compose files do that). Each `NAME` may be
 * given as the text of a file by `NAME_FILE` instead, without the line break at its end, so that a secret need not be in an environment.
 * Throws `ConfigError` naming every wrong variable at once. Values are not repeated, they may be secrets.
 */
export function parseEnv<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.infer<Schema> {
  const set = Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ""),
  );
  const { texts, problems } = readFiles(schema, set);
  const given = { ...set, ...texts };
  const parsed = schema.safeParse(given);
  if (parsed.success && problems.length === 0) return parsed.data;
  const told = new Set(problems.map(({ name }) => name));
  const lines = [
    ...problems.map(({ name, what }) => `  ${name}_FILE: ${what}`),
    ...(parsed.error?.issues ?? [])
      .filter(({ path }) => !told.has(String(path[0])))
      .map((issue) => describe(schema, issue, given)),
  ];
  throw new ConfigError(`The configuration is not right. Set these environment variables:\n${lines.join("\n")}`);
}

/** The texts of the files that stand for variables of the schema, and what is wrong with them. */
function readFiles(schema: z.ZodType, set: Record<string, string>) {
  const texts: Record<string, string> = {};
  const problems: { name: string; what: string }[] = [];
  const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  for (const name of names) {
    const file = set[`${name}_FILE`];
    // One that the schema itself has is read by whose schema it is.
    if (file === undefined || names.includes(`${name}_FILE`)) continue;
    try {
      if (name in set) throw new Error(`set either this or ${name}`);
      texts[name] = readFileSync(file, "utf8").replace(/\r?\n$/, "");
    } catch (error) {
      problems.push({ name, what: error instanceof Error ? error.message : String(error) });
    }
  }
  return { texts, problems };
}

function describe(schema: z.ZodType, issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = String(issue.path[0] ?? "(all)");
  const reason = name in given ? issue.message : "is not set";
  const purpose =
    schema instanceof z.ZodObject ? (schema.shape[name] as z.ZodType | undefined)?.description : undefined;
  return `  ${name}: ${reason}${purpose === undefined ? "" : ` (${purpose})`}`;
}
