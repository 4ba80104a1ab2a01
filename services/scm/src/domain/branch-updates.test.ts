import { expect, test } from "vitest";
import { mayUpdate, withUpdate, type BranchUpdate } from "./branch-updates.ts";

const hour = 3_600_000;
const now = 100 * hour;
const done = (...agos: number[]): BranchUpdate[] => agos.map((ago, index) => ({ base: `b${index}`, at: now - ago }));

test.each<[string, BranchUpdate[], string, boolean]>([
  ["never", [], "b", true],
  ["once onto another base", done(1_000), "b", true],
  ["once onto this base", done(1_000), "b0", false],
  ["long ago onto this base", done(50 * hour), "b0", false],
  ["five times in an hour", done(1, 2, 3, 4, 5), "b", false],
  ["five times, the first an hour ago", done(hour, 2, 3, 4, 5), "b", true],
])("updated %s", (_given, updates, base, may) => {
  expect(mayUpdate(updates, { base, at: now })).toBe(may);
});

test("what is remembered does not grow for ever", () => {
  let updates: BranchUpdate[] = [];
  for (let n = 0; n < 50; n += 1) updates = withUpdate(updates, { base: String(n), at: n });
  expect(updates).toHaveLength(21);
  expect(updates.at(-1)).toEqual({ base: "49", at: 49 });
});
