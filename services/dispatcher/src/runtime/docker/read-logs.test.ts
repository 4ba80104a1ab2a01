import { expect, test } from "vitest";
import { lastLines, textOfLog } from "./read-logs.ts";

function piece(text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(2);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

test("a log is its pieces without their headers, also when one was cut off", () => {
  expect(textOfLog(Buffer.concat([piece("Grüße\n"), piece("two\n")]))).toBe("Grüße\ntwo\n");
  expect(textOfLog(Buffer.concat([piece("one\n"), piece("two\n").subarray(0, 10)]))).toBe("one\ntw");
  expect(textOfLog(Buffer.concat([piece("one\n"), Buffer.alloc(5)]))).toBe("one\n");
  expect(textOfLog(Buffer.alloc(0))).toBe("");
});

test.each([
  ["", 3, []],
  ["a\nb\nc\n", 2, ["b", "c"]],
  ["a\n\nc", 5, ["a", "", "c"]],
])("the last lines of %j", (text, count, expected) => {
  expect(lastLines(text, count)).toEqual(expected);
});
