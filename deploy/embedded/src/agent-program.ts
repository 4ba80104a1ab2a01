import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** The agent program agents run as, for people: its name and version, or what to do when it is not here. */
export async function describeAgentProgram(env: Record<string, string | undefined>): Promise<string> {
  const name = env["GASTOWN_AGENT"] === "kilo" ? "kilo" : "opencode";
  if (env["GASTOWN_AGENT_BIN"]) return `${name} (${env["GASTOWN_AGENT_BIN"]})`;
  // The container host finds it from its own package, so it is looked for from there.
  const near = createRequire(new URL("../../../services/dispatcher/container/package.json", import.meta.url));
  const wanted = `${name === "kilo" ? "@kilocode/cli" : "opencode"}-${process.platform}-${process.arch}`;
  try {
    const { version } = JSON.parse(await readFile(near.resolve(`${wanted}/package.json`), "utf8")) as {
      version: string;
    };
    return `${name} ${version}`;
  } catch {
    return `${name} IS NOT INSTALLED for this machine: set GASTOWN_AGENT_BIN to its program, else agents cannot start`;
  }
}
