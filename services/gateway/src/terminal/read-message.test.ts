import { terminalLimits } from "@gastown/contracts";
import { expect, test } from "vitest";
import { readMessage } from "./read-message.ts";

const input = (data: string) => ({ type: "input", data });
test.each([
  ["what is typed", input("ls\r"), input("ls\r")],
  ["as much as goes at once", input("ä".repeat(8_192)), input("ä".repeat(8_192))],
  ["a byte more", input(`${"ä".repeat(8_192)}a`), { type: "error", code: "too_large" }],
  ["nothing", input(""), { type: "error", code: "invalid" }],
  ["a size", { type: "resize", cols: 80, rows: 24 }, { type: "resize", cols: 80, rows: 24 }],
  ["no size", { type: "resize", cols: 0, rows: 24 }, { type: "error", code: "invalid" }],
  ["half a size", { type: "resize", cols: 80 }, { type: "error", code: "invalid" }],
  ["a size that is too large", { type: "resize", cols: 80, rows: terminalLimits.rows + 1 }, { type: "error" }],
  ["the end", { type: "close" }, { type: "close" }],
  ["another word", { type: "reboot" }, { type: "error", code: "invalid" }],
  ["more than was asked", { type: "close", force: true }, { type: "error", code: "invalid" }],
  ["no object", 7, { type: "error", code: "invalid" }],
])("of one who writes: %s", (_, said, read) => {
  expect(readMessage(JSON.stringify(said), "write")).toMatchObject(read);
});

test("what is no JSON is told as such", () => {
  expect(readMessage("ls", "write")).toEqual({ type: "error", code: "invalid", message: "The message is not JSON." });
});

test.each([input("a"), { type: "resize", cols: 80, rows: 24 }, { type: "close" }])(
  "one who watches says nothing: %j",
  (said) => expect(readMessage(JSON.stringify(said), "watch")).toMatchObject({ type: "error", code: "watch_only" }),
);
