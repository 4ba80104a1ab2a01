#!/usr/bin/env node
// Runs the sources with a Node that can: this one, or the one npm installed. Plain JavaScript, for any Node.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const wanted = 24;
const here = dirname(fileURLToPath(import.meta.url));

/** The `node` of the nearest `node_modules/.bin`. */
function installedNode() {
  const name = process.platform === "win32" ? "node.exe" : "node";
  for (let folder = here; ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", ".bin", name);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return null;
  }
}

const main = join(here, "..", "src", "gastown.ts");
if (Number(process.versions.node.split(".")[0]) >= wanted) {
  // It starts in half the time. Not in the folder for temporary files: others can write there, and what is in it is run.
  module.enableCompileCache?.(join(here, "..", "..", "..", "node_modules", ".cache", "gastown"));
  await import("../src/gastown.ts");
} else {
  const node = installedNode();
  const ran = node === null ? null : spawnSync(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  if (ran === null || ran.error) {
    process.stderr.write(
      `gastown needs Node ${wanted} or newer; this is ${process.version}.\nRun \`npm install\` in the checkout (it brings Node ${wanted}), or install Node ${wanted}.\n`,
    );
    process.exitCode = 1;
  } else process.exitCode = ran.status ?? 1;
}
