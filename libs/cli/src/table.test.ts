import { expect, test } from "vitest";
import { plainText, tabbedText, tableText } from "./table.ts";

const table = {
  columns: ["bead", "title"],
  rows: [
    ["gt-1", "Short"],
    ["gt-10", "A title that is long"],
  ],
};

test("for people: a header, columns in line, no line wider than the terminal", () => {
  expect(tableText(table, 80)).toBe("BEAD   TITLE\ngt-1   Short\ngt-10  A title that is long\n");
  expect(tableText(table, 16)).toBe("BEAD   TITLE\ngt-1   Short\ngt-10  A title …\n");
  expect(tableText({ columns: ["a"], rows: [] }, 80)).toBe("nothing\n");
});

test("for programs: tabs, nothing cut, one line a row whatever is in it", () => {
  expect(tabbedText({ columns: ["a", "b"], rows: [["x", "two\nlines\twith tab"]] })).toBe("x\ttwo lines with tab\n");
  expect(tabbedText({ columns: ["a"], rows: [] })).toBe("");
});

test("text from elsewhere cannot write to the terminal", () => {
  expect(tabbedText({ columns: ["a"], rows: [["\u001B[2Jgone\u009B1m"]] })).toBe("[2Jgone 1m\n");
  expect(plainText("a\u001B[31mb\n\tc\r\u0007")).toBe("a[31mb\n\tc");
});
