import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { containerMessages } from "@gastown/bus";
import * as contracts from "@gastown/contracts";
import { expect, test } from "vitest";

const host = path.resolve(import.meta.dirname, "../../services/dispatcher/container/src");
/** What the tools and the host say or ask by themselves; a verdict that did not arrive is asked for by libs/bus. */
const asked = ["getTownVerdict"];

function isMessage(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  return value.kind === "command" || value.kind === "query";
}

/** The commands and queries that the container host names. */
function named(): string[] {
  const files = globSync("**/*.ts", { cwd: host }).filter(
    (file) => !/\.test\.ts$|\.suite\.ts$|(^|\/)test\//.test(file),
  );
  const names = files
    .flatMap((file) => [
      ...readFileSync(path.join(host, file), "utf8").matchAll(/import \{([^}]*)\} from "@gastown\/contracts"/g),
    ])
    .flatMap(([, list = ""]) => list.split(",").map((name) => name.trim()));
  const known = new Map<string, unknown>(Object.entries(contracts));
  return [...new Set(names)].filter((name) => isMessage(known.get(name)));
}

test("a container's credentials let its host say what it says, and no more (libs/bus/src/credentials/container-permissions.ts)", () => {
  const known = new Map<unknown, string>(Object.entries(contracts).map(([name, value]) => [value, name]));
  const allowed = containerMessages.map((message) => known.get(message));
  expect(new Set(allowed)).toEqual(new Set([...named(), ...asked]));
});
