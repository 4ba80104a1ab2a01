import { expect, test } from "vitest";
import { fitText } from "./fit-text.ts";

test.each([
  ["title", 256],
  ["body", 65_536],
] as const)("a %s has %d characters at most", (kind, most) => {
  expect(fitText("x".repeat(most), kind)).toBe("x".repeat(most));
  expect(fitText("x".repeat(most + 1), kind)).toBe(`${"x".repeat(most - 1)}…`);
});
