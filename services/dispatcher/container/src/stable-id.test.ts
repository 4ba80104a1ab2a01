import { messageId } from "@gastown/contracts";
import { expect, test } from "vitest";
import { stableId } from "./stable-id.ts";

test("an id is readable when it is short and valid when it is long", () => {
  expect(stableId("alpha", "gt-1a", 3, "running")).toBe("alpha-gt-1a-3-running");
  const long = stableId("a".repeat(32), "abcdef-0123456789", 123_456, "running");
  expect(messageId.parse(long)).toBe(long);
  expect(long).toBe(stableId("a".repeat(32), "abcdef-0123456789", 123_456, "running"));
  expect(long).not.toBe(stableId("a".repeat(32), "abcdef-0123456789", 123_456, "exited"));
});
