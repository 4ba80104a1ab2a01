// What an image is made from, as one short hash.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** Files below `paths`, relative to `root`, sorted: no modules, no tests (as .dockerignore has it). */
export function listFiles(root, paths) {
  const found = [];
  const walk = (path) => {
    if (!statSync(path).isDirectory()) return void found.push(relative(root, path));
    for (const name of readdirSync(path)) {
      if (name === "node_modules" || name === ".turbo" || name.endsWith(".test.ts") || name.endsWith(".log")) continue;
      walk(join(path, name));
    }
  };
  for (const path of paths) walk(join(root, path));
  return found.toSorted((a, b) => (a < b ? -1 : 1));
}

/** Twelve hexadecimal digits of texts and of files' names, contents and modes. */
export function hashInputs({ root, files, texts }) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:${text}`);
  for (const file of files) {
    const path = join(root, file);
    hash.update(`${file}:${statSync(path).mode & 0o111}:`).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 12);
}
