import { describe, expect, it } from "vitest";
import { isStatusOf, mayMove } from "./transitions.ts";

describe("transitions", () => {
  it.each([
    ["issue", ["open", "in_progress"], true],
    ["issue", ["failed", "closed"], true],
    ["issue", ["closed", "open"], false],
    ["issue", ["open", "in_review"], false],
    ["merge_request", ["failed", "closed"], false],
    ["message", ["open", "closed"], true],
    ["agent", ["open", "closed"], false],
  ] as const)("%s: %j is %s", (type, [from, to], legal) => {
    expect(mayMove(type, from, to)).toBe(legal);
  });

  it.each([
    ["issue", "in_review", true],
    ["merge_request", "in_review", false],
    ["convoy", "failed", true],
    ["convoy", "in_progress", false],
    ["message", "failed", false],
    ["agent", "open", true],
    ["agent", "closed", false],
  ] as const)("%s: %s is one of its statuses: %s", (type, status, known) => {
    expect(isStatusOf(type, status)).toBe(known);
  });
});
