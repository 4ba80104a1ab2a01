import { readFileSync } from "node:fs";
import { CliError } from "./cli-error.ts";

/** The text of a file; `-` is standard input. Throws a CliError that names the file. */
export async function readText(path: string): Promise<string> {
  if (path !== "-") return readFile(path);
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(`${path} cannot be read: ${code ?? String(error)}.`, {
      code: "unreadable",
      advice: "Check the path; - reads standard input.",
    });
  }
}
