#!/usr/bin/env node
// Runs the sources with a Node that can: this one, or the one npm installed. Plain JavaScript, for any Node.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { constants } from "node:os";
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

/** Runs the program with that Node, in its place: what this process is told to do is the other one's to do. */
function runWith(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    // A terminal sends Ctrl-C to both; a second one would end a server at once.
    process.on(name, () => void ((name === "SIGTERM" || !process.stdin.isTTY) && child.kill(name)));
  }
  child.once("error", (error) => fail(error.message));
  child.once("exit", (code, signal) => (process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)));
}

function fail(why) {
  process.stderr.write(
    `gastown needs Node ${wanted} or newer; ${why}.\nRun \`npm install\` in the checkout (it brings Node ${wanted}), or install Node ${wanted}.\n`,
  );
  process.exitCode = 1;
}

const main = join(here, "..", "src", "gastown.ts");
if (Number(process.versions.node.split(".")[0]) >= wanted) {
  // It starts in half the time. Not in the folder for temporary files: others can write there, and what is in it is run.
  module.enableCompileCache?.(join(here, "..", "..", "..", "node_modules", ".cache", "gastown"));
  await import("../src/gastown.ts");
} else {
  const node = installedNode();
  if (node === null) fail(`this is ${process.version}`);
  else runWith(node);
}
