import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
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
