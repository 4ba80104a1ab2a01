import type { Machine } from "../machine.ts";
import type { ProductTally } from "./product-run.ts";
import type { Tally } from "./tally.ts";

export interface WorldResults {
  readonly machine: Machine;
  readonly seed: number;
  readonly table: ProductTally;
  /** The same worlds, with somebody in between in a fifth of them. */
  readonly disturbed: ProductTally;
  readonly controls: ReadonlyMap<string, Tally>;
}

/** One line of JSON. */
export function toJson({ controls, ...results }: WorldResults): string {
  return JSON.stringify({ ...results, controls: Object.fromEntries(controls) });
}

/** A table for people, in Markdown. */
export function toText({ machine, seed, table, disturbed, controls }: WorldResults): string {
  const { cores, cpu, memoryGiB, node } = machine;
  const rows: [string, Tally][] = [
    ["scm's table", table],
    ["scm's table, 20 % disturbed between read and call", disturbed],
    ...controls,
  ];
  return [
    `${machine.at.slice(0, 10)}: ${cores} cores of ${cpu}, ${memoryGiB} GiB; Node ${node}; ${table.worlds} worlds, seed ${seed}; the forge is a double`,
    "",
    "| rule | attempts | merged | answers 405 | answers 409 | over an objection | drafts |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map(([name, of]) => `| ${name} | ${numbersOf(of)} |`),
    "",
    `Left open by scm though the forge would have merged it, by state: ${JSON.stringify(table.left)}.`,
    `Tried twice on one fingerprint: ${table.triedTwice + disturbed.triedTwice}. Signed deliveries: ${table.deliveries + disturbed.deliveries}.`,
  ].join("\n");
}

function numbersOf({ attempts, merged, refused405, headMoved409, overObjection, drafts }: Tally): string {
  return [attempts, merged, refused405, headMoved409, overObjection, drafts].join(" | ");
}
