import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Flavour } from "./flavours.ts";

function installed(flavour: Flavour): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${flavour.package}/package.json`);
    return join(dirname(manifest), flavour.binary);
  } catch {
    return null;
  }
}

/** The path of the agent program: the configured one, else the one npm installed. Throws when it cannot be executed. */
export function agentBinary(flavour: Flavour, configured?: string): string {
  const path = configured ?? installed(flavour);
  const advice = `Install ${flavour.package}@${flavour.testedVersion} with npm, or set GASTOWN_AGENT_BIN to the path of a ${flavour.name} binary.`;
  if (path === null) throw new Error(`The agent program ${flavour.name} is not installed. ${advice}`);
  try {
    accessSync(path, constants.X_OK);
  } catch (cause) {
    throw new Error(`The agent program ${path} cannot be executed. ${advice}`, { cause });
  }
  return path;
}
