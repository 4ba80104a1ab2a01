import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Flavour } from "./flavours.ts";

/** What is installed with everything else, and what is installed by its own command into a folder beside it. */
const places = [import.meta.url, new URL("../../../programs/package.json", import.meta.url)];

/** The program that npm installed; null when it did not. */
export function installedBinary(flavour: Flavour): string | null {
  for (const place of places) {
    try {
      const manifest = createRequire(place).resolve(`${flavour.package}/package.json`);
      return join(dirname(manifest), flavour.binary);
    } catch {
      continue;
    }
  }
  return null;
}

/** The path of the agent program: the configured one, else the one npm installed. Throws when it cannot be executed. */
export function agentBinary(flavour: Flavour, configured?: string): string {
  const path = configured ?? installedBinary(flavour);
  const advice = `Install ${flavour.package}@${flavour.testedVersion} with npm (docs/agent-programs.md), or set GASTOWN_AGENT_BIN to the path of a ${flavour.name} binary.`;
  if (path === null) throw new Error(`The agent program ${flavour.name} is not installed. ${advice}`);
  try {
    accessSync(path, constants.X_OK);
  } catch (cause) {
    throw new Error(`The agent program ${path} cannot be executed. ${advice}`, { cause });
  }
  return path;
}
