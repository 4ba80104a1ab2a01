import { describe, expect, it } from "vitest";
import { mayMove } from "./transitions.ts";

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
});
