import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CliError } from "./cli-error.ts";

export interface Flags {
  url?: string | undefined;
  token?: string | undefined;
  town?: string | undefined;
}

export interface Settings {
  url: string;
  token: string;
  /** The town to work on, when one was named somewhere. */
  town: string | undefined;
  /** Where url and token were found, for `doctor`. */
  source: string;
}

interface ServerFile extends Flags {
  path: string;
}

const fileName = join(".gastown", "server.json");

/** The nearest `.gastown/server.json`, in this folder or one above it: a running `gastown up` writes it. */
export function findServerFile(folder: string = process.cwd()): ServerFile | null {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, fileName);
    const text = readIfThere(path);
    if (text !== null) return parseServerFile(path, text);
    if (dirname(at) === at) return null;
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new CliError(`${path} cannot be read: ${code ?? String(error)}.`, {
      advice: "Use the account that started the server, or set GASTOWN_URL and GASTOWN_TOKEN.",
    });
  }
}

function parseServerFile(path: string, text: string): ServerFile {
  try {
    const { url, token, town } = JSON.parse(text) as Flags;
    return { path, url, token, town };
  } catch (error) {
    throw new CliError(`${path} is not JSON: ${String(error)}`, {
      advice: "Start the server again (`gastown up`); it writes the file anew.",
    });
  }
}

/**
 * The token for the url. A file's token is never sent to another server than the file's: it counts when the file's url is the one
 * that is used.
 */
function tokenFor(url: string, given: string | undefined, file: ServerFile | null): string {
  const token = given ?? (url === file?.url ? file.token : undefined);
  if (token !== undefined) return token;
  throw new CliError(`There is no token for ${url}.`, {
    code: "not_configured",
    advice: "Set GASTOWN_TOKEN, or give --token.",
  });
}

function checkedUrl(url: string | undefined): string {
  if (url === undefined)
    throw new CliError("No server is named.", {
      code: "not_configured",
      advice: "Run `gastown up` here, or set GASTOWN_URL and GASTOWN_TOKEN (or --url and --token).",
    });
  if (URL.canParse(url)) return url;
  throw new CliError(`"${url}" is not a URL.`, { advice: "It looks like http://127.0.0.1:4080." });
}

function givenBy(flags: Flags, env: Record<string, string | undefined>): Flags {
  return {
    url: flags.url ?? env["GASTOWN_URL"],
    token: flags.token ?? env["GASTOWN_TOKEN"],
    town: flags.town ?? env["GASTOWN_TOWN"],
  };
}

/** Where the gateway is and under which token: flags, then the environment, then the file of a running `gastown up`. */
export function settingsOf(flags: Flags, env: Record<string, string | undefined> = process.env): Settings {
  const given = givenBy(flags, env);
  const complete = given.url !== undefined && given.token !== undefined;
  const file = complete ? null : findServerFile();
  const url = checkedUrl(given.url ?? file?.url);
  const source = file === null ? "flags and environment" : file.path;
  return { url, token: tokenFor(url, given.token, file), town: given.town ?? file?.town, source };
}
