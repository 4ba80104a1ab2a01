import { describe, expect, it } from "vitest";
import { findLoop } from "./find-loop.ts";

const ways: readonly [string, Readonly<Record<string, readonly string[]>>, readonly string[] | null][] = [
  ["nothing", {}, null],
  ["a chain", { a: ["b"], b: ["c"], c: [] }, null],
  ["a diamond", { a: ["b", "c"], b: ["d"], c: ["d"], d: [] }, null],
  ["a node that leads to itself", { a: [], b: ["b"] }, ["b", "b"]],
  ["two that lead to each other", { a: ["b"], b: ["a"] }, ["a", "b", "a"]],
  ["a loop behind a way in", { a: ["b"], b: ["c"], c: ["d"], d: ["b"] }, ["b", "c", "d", "b"]],
  ["a node nobody has", { a: ["z"] }, null],
];

describe("find-loop", () => {
  it.each(ways)("%s", (_name, next, loop) => {
    expect(findLoop(Object.keys(next), (node) => next[node] ?? [])).toEqual(loop);
  });
});
