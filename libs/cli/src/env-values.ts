import { CliError } from "./cli-error.ts";
import { readText } from "./read-text.ts";

export interface EnvFlags {
  env?: Record<string, string>;
  envFile?: string;
  unsetEnv?: string[];
}

/** A value without the quotes around it; `"` knows `\n` and `\"`. */
function unquoted(value: string): string {
  const [, double] = /^"((?:[^"\\]|\\.)*)"$/s.exec(value) ?? [];
  if (double !== undefined) return double.replaceAll(/\\(.)/gs, (_, char: string) => (char === "n" ? "\n" : char));
  return /^'([^']*)'$/s.exec(value)?.[1] ?? value;
}

/**
 * The `NAME=value` lines of a file; blank lines and those that begin with # say nothing, `export ` before a name too. Throws a
 * CliError that names the line, and never repeats it.
 */
export function parseEnvFile(path: string, text: string): Record<string, string> {
  const entries = text.split(/\r?\n/).flatMap((line, at) => {
    const said = line.trim();
    if (said === "" || said.startsWith("#")) return [];
    const [, name, value] = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(said) ?? [];
    if (name === undefined || value === undefined)
      throw new CliError(`${path}, line ${at + 1} does not look like NAME=value.`, { code: "invalid" });
    return [[name, unquoted(value)] as const];
  });
  return Object.fromEntries(entries);
}

/** The change of variables that was asked for; undefined for none. */
export async function envOf({ env, envFile, unsetEnv }: EnvFlags): Promise<Record<string, string | null> | undefined> {
  const file = envFile === undefined ? {} : parseEnvFile(envFile, await readText(envFile));
  const removed = Object.fromEntries((unsetEnv ?? []).map((name) => [name, null]));
  const change = { ...file, ...env, ...removed };
  return Object.keys(change).length === 0 ? undefined : change;
}
