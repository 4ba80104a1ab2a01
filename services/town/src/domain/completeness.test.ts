import { readdirSync, readFileSync } from "node:fs";
import { messagesOf } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { inputs } from "./inputs/index.ts";
import { rules } from "./rules/index.ts";

function filesOf(folder: string): { sources: string[]; tests: string[] } {
  const files = readdirSync(new URL(folder, import.meta.url)).filter((file) => file !== "index.ts");
  const [tests, sources] = [
    files.filter((file) => file.endsWith(".test.ts")),
    files.filter((file) => !file.endsWith(".test.ts")),
  ];
  return {
    sources: sources.map((file) => file.replace(".ts", "")).toSorted(),
    tests: tests.map((file) => file.replace(".test.ts", "")).toSorted(),
  };
}

describe.each(["./inputs/", "./rules/"])("%s", (folder) => {
  const { sources, tests } = filesOf(folder);

  it("has a test beside every file", () => {
    expect(tests).toEqual(sources);
  });

  it.each(sources)("%s begins with one sentence that says what is true afterwards, and is in the index", (name) => {
    const text = readFileSync(new URL(`${folder}${name}.ts`, import.meta.url), "utf8");
    expect(text).toMatch(/^\/\*\* [A-Z][^\n]*\. \*\/\n/);
    expect(readFileSync(new URL(`${folder}index.ts`, import.meta.url), "utf8")).toContain(`"./${name}.ts"`);
  });
});

describe("the indexes", () => {
  it("have one input for every command of the town, and no other", () => {
    expect(inputs.map((input) => input.command.type).toSorted()).toEqual(
      messagesOf("town", "command")
        .map((d) => d.type)
        .toSorted(),
    );
  });

  it("have every rule once, under its file's name", () => {
    expect(rules.map((rule) => rule.name).toSorted()).toEqual(filesOf("./rules/").sources);
  });
});
