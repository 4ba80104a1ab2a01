import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { kiloRules } from "../../tools/kilo-rules.ts";
import { weaknesses } from "../../tools/weaknesses.ts";
import { renderMessages } from "../../tools/render-messages.ts";
import { renderRules } from "../../tools/render-rules.ts";

const docs = path.resolve(import.meta.dirname, "../../docs");
const stored = (file: string) => readFileSync(path.join(docs, file), "utf8");

test("docs/messages.md says what the contracts say (else: npm run docs)", () => {
  expect(stored("messages.md")).toBe(renderMessages());
});

test("docs/rules.md says what the rules say (else: npm run docs)", () => {
  expect(stored("rules.md")).toBe(renderRules());
});

test("every weakness of the best-known system has its answer", () => {
  expect(weaknesses.map(({ id }) => id)).toEqual(Array.from({ length: 35 }, (_, i) => `W${i + 1}`));
  const nowhere = [...kiloRules, ...weaknesses].filter(
    ({ rules, where }) => rules === undefined && where === undefined,
  );
  expect(nowhere).toEqual([]);
});

describe("docs/containers.md", () => {
  const root = path.dirname(docs);
  const text = stored("containers.md");
  /** Each file that is linked, with the names of tests that are quoted behind it. */
  const named = [...text.matchAll(/\]\(([^)#]+)\)((?: "[^"]+")*)/g)].map(([, file = "", quoted = ""]) => ({
    file: path.relative(root, path.resolve(docs, file)),
    tests: [...quoted.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name),
  }));

  test("every file that it names is there, and every test", () => {
    const missing = named.flatMap(({ file, tests }) => {
      if (!existsSync(path.join(root, file))) return [file];
      const source = tests.length === 0 ? "" : readFileSync(path.join(root, file), "utf8");
      return tests.filter((name) => !source.includes(name)).map((name) => `${file}: ${name}`);
    });
    expect(missing).toEqual([]);
  });

  test("every weakness has a row, and every row a test or the word that it is not met", () => {
    const rows = text.split("\n").filter((line) => /^\| \d/.test(line));
    const [, weaknessRows = ""] = text.split("(§12)");
    expect(weaknessRows.match(/^\| (\d+) /gm)).toEqual(Array.from({ length: 31 }, (_, i) => `| ${i + 1} `));
    const bare = rows.filter(
      (line) => !/\.(?:test|suite)\.ts\)[^|]*"[^|]*\|$/.test(line) && !line.includes("**not yet**"),
    );
    expect(bare).toEqual([]);
  });
});
