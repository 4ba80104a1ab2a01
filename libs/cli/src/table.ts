/** A list as people read it: a header and rows of text. */
export interface Table {
  columns: string[];
  rows: string[][];
}

const gap = "  ";

/** Columns under a header, cut to the width of the terminal: for people. */
export function tableText({ columns, rows }: Table, width: number): string {
  if (rows.length === 0) return "nothing\n";
  const all = [columns.map((name) => name.toUpperCase()), ...rows].map((row) => row.map(oneLine));
  const widths = columns.map((_, i) => Math.max(...all.map((row) => lengthOf(row[i] ?? ""))));
  const lines = all.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join(gap)
      .trimEnd(),
  );
  return `${lines.map((line) => cut(line, width)).join("\n")}\n`;
}

/** Tab-separated cells without header, uncut: for programs. The columns of a command never change their places. */
export function tabbedText({ rows }: Table): string {
  return rows.map((row) => `${row.map(oneLine).join("\t")}\n`).join("");
}

/** Control characters would let a title write to somebody's terminal. */
export function oneLine(text: string): string {
  // Everything below the blank, and DEL to the end of the C1 set.
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F]+/g, " ").trim();
}

/** Text of several lines, without other control characters. */
export function plainText(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, "");
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

function cut(line: string, width: number): string {
  const chars = Array.from(line);
  return chars.length <= width ? line : `${chars.slice(0, Math.max(0, width - 1)).join("")}…`;
}
