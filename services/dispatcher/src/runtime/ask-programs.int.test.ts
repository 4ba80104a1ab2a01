import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bus } from "@gastown/bus";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askPrograms } from "./ask-programs.ts";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "gastown-ask-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Asks a program with this source, of which nothing but standard output comes back. */
async function ask(source: string) {
  const program = join(folder, "look.mjs");
  await writeFile(program, source);
  const container = { agentRuntime: "opencode" } as const;
  const config = { runtime: "process", container, path: "/usr/bin:/bin", stateDir: folder } as const;
  return askPrograms({ config, runtime: { list: () => Promise.resolve([]) }, bus: {} as Bus, program });
}

test.each([
  ["no JSON", `console.log("(node:7) a warning of somebody's")`, "is not understood: (node:7) a warning"],
  ["something else", `console.log('[{"program":7}]')`, "is not understood"],
  ["nothing, and it fails", `console.error("no room"); process.exitCode = 3`, "it wrote: no room"],
])("a look that writes %s is an error for who asked, and for nobody else", async (_, source, why) => {
  await expect(ask(source)).rejects.toThrow(why);
});
