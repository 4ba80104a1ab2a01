import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const folder = "services/town/src/domain/rules";

/** `docs/rules.md`: every rule of the town with what is true after it, which is the first sentence of its docstring. */
export function renderRules(): string {
  const rules = readdirSync(path.join(root, folder))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "index.ts")
    .toSorted();
  return [
    "# Rules",
    "",
    "What the town keeps true. Generated from the rules' own files by `npm run docs`; a test fails when it is stale.",
    "The order in which they run stands in `index.ts` beside them; their numbers stand in `libs/contracts/src/policy.ts`.",
    "",
    "| Rule | What is true afterwards |",
    "|---|---|",
    ...rules.map((file) => `| [\`${file.slice(0, -3)}\`](../${folder}/${file}) | ${purposeOf(file)} |`),
    "",
  ].join("\n");
}

function purposeOf(file: string): string {
  const source = readFileSync(path.join(root, folder, file), "utf8");
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(source)?.[1];
  if (comment === undefined) throw new Error(`${folder}/${file} has no docstring that says what is true after it`);
  return comment
    .replaceAll(/^\s*\* ?/gm, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll("|", "\\|")
    .trim();
}
