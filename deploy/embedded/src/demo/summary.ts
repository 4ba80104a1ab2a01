import type { Milestones } from "./story.ts";

export interface SummaryRow extends Milestones {
  bead: string;
  title: string;
  outcome: string;
}

function seconds(from: number | undefined, to: number | undefined): string {
  return from === undefined || to === undefined ? "-" : `${((to - from) / 1_000).toFixed(1)} s`;
}

/** A table for people: each bead with how long it waited, was worked on, reviewed and merged. */
export function summaryTable(rows: SummaryRow[]): string {
  const head = ["bead", "title", "waited", "worked", "reviewed", "merged", "in all", "outcome"];
  const body = rows.map((row) => [
    row.bead,
    row.title,
    seconds(row.created, row.assigned),
    seconds(row.assigned, row.handedIn),
    seconds(row.handedIn, row.reviewed),
    seconds(row.reviewed, row.merged),
    seconds(row.created, row.merged),
    row.outcome,
  ]);
  const widths = head.map((name, at) => Math.max(name.length, ...body.map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: string[]) =>
    `  ${cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd()}`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
