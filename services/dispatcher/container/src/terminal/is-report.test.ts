import { expect, test } from "vitest";
import { isReport } from "./is-report.ts";

test.each([
  ["where the cursor is", "\x1b[12;40R", true],
  ["what terminal it is", "\x1b[?62;22c", true],
  ["a mode", "\x1b[?2026;2$y", true],
  ["focus", "\x1b[I", true],
  ["a colour", "\x1b]11;rgb:0000/0000/0000\x1b\\", true],
  ["a string with a bell", "\x1b]4;1;rgb:ff/00/00\x07", true],
  ["what keyboard it has", "\x1b[?1u", true],
  ["what pictures it can show", "\x1b_Gi=31337;OK\x1b\\", true],
  ["enter with shift", "\x1b[13;2u", false],
  ["several", "\x1b[?1;2c\x1b[1;1R", true],
  ["a letter", "a", false],
  ["an arrow", "\x1b[A", false],
  ["a letter behind an answer", "\x1b[1;1Rx", false],
  ["escape", "\x1b", false],
  ["the end of input", "\x04", false],
  ["nothing", "", false],
])("%s: %j", (_, data, expected) => expect(isReport(data)).toBe(expected));
