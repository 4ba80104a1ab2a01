import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { kiloRules, type Replaced } from "./kilo-rules.ts";
import { weaknesses } from "./weaknesses.ts";

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
    "| Rule | What is true afterwards | Instead of |",
    "|---|---|---|",
    ...rules.map((file) => `| ${linkTo(file.slice(0, -3))} | ${purposeOf(file)} | ${replacedBy(file.slice(0, -3))} |`),
    "",
    "## What became of the rules of the best-known system",
    "",
    "Their names are those of its own reconciler (kilo-town §3 and §1).",
    "",
    ...tableOf(kiloRules),
    "",
    "## What became of its weaknesses",
    "",
    ...tableOf(weaknesses),
    "",
  ].join("\n");
}

/** Ids of kilo rules and weaknesses whose answer is this rule. */
function replacedBy(rule: string): string {
  return [...kiloRules, ...weaknesses].flatMap(({ id, rules }) => (rules?.includes(rule) ? [id] : [])).join(", ");
}

function tableOf(replaced: readonly Replaced[]): string[] {
  const rows = replaced.map(({ id, was, is, rules = [], where }) => {
    const places = [...rules.map(linkTo), ...(where === undefined ? [] : [where])];
    return `| ${id} | ${was} | ${is} | ${places.join(", ")} |`;
  });
  return ["| | Was | Is | Where |", "|---|---|---|---|", ...rows];
}

function linkTo(rule: string): string {
  const file = `${folder}/${rule}.ts`;
  if (!existsSync(path.join(root, file)))
    throw new Error(`tools/kilo-rules.ts names the rule ${rule}, which is not there`);
  return `[\`${rule}\`](../${file})`;
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
