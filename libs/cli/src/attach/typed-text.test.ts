import { expect, test } from "vitest";
import { messagesOf, untilDetach } from "./typed-text.ts";

test.each([
  ["ls\r", { before: "ls\r", detach: false }],
  ["\u001d", { before: "", detach: true }],
  ["ab\u001dcd", { before: "ab", detach: true }],
  ["\u001b[A", { before: "\u001b[A", detach: false }],
])("of %j is sent", (text, expected) => expect(untilDetach(text)).toEqual(expected));

test.each([
  ["nothing", "", 0],
  ["a key", "a", 1],
  ["a large paste", "x".repeat(40_000), 8],
  ["a large paste of characters of four bytes", "😀".repeat(10_000), 4],
])("%s goes in pieces that the gateway takes", (_, text, pieces) => {
  const messages = messagesOf(text);
  expect(messages.join("")).toBe(text);
  expect(messages).toHaveLength(pieces);
  for (const message of messages) {
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(16 * 1024);
    expect(message.isWellFormed()).toBe(true);
  }
});
