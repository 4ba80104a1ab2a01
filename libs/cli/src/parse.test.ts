import { expect, test } from "vitest";
import { collectPair, duration } from "./parse.ts";

test.each([
  ["90s", 90_000],
  ["30m", 1_800_000],
  ["4h", 14_400_000],
  ["1d", 86_400_000],
  ["250ms", 250],
])("%s is %i ms", (text, ms) => {
  expect(duration(text)).toBe(ms);
});

test.each(["", "5", "m", "1.5h", "5 m", "99999999999999999d"])("%j is no duration", (text) => {
  expect(() => duration(text)).toThrow("90s");
});

test("pairs are split at the first equals sign", () => {
  expect(collectPair("b=", collectPair("a=x=y"))).toEqual({ a: "x=y", b: "" });
  expect(() => collectPair("a")).toThrow("name=value");
  expect(() => collectPair("=a")).toThrow("name=value");
});
