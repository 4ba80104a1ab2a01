import { answered, settled, type Schema } from "@gastown/client";
import type { Command } from "commander";
import type { Joining } from "../program.ts";
import { collectPair } from "../parse.ts";
import { readText } from "../read-text.ts";
import { oneLine } from "../table.ts";

type Molecule = Schema<"Molecule">;

const marks: Record<Molecule["steps"][number]["state"], string> = { waiting: " ", ready: ">", done: "x", failed: "!" };

function moleculeText({ molecule, formula, source, status, steps }: Molecule): string {
  return [
    `${molecule}  ${oneLine(formula)} for ${source}, ${status}`,
    ...steps.map(({ step, bead, title, needs, state }) => {
      const after = needs.length === 0 ? "" : `  (after ${needs.join(", ")})`;
      return `  [${marks[state]}] ${step.padEnd(12)} ${bead.padEnd(8)} ${oneLine(title)}${after}`;
    }),
    ...(steps.some(({ state }) => state === "ready") ? ["> is ready to be done"] : []),
  ].join("\n");
}

/** `mol`. */
export function addMoleculeCommands(program: Command, { context }: Joining): void {
  const mol = program.command("mol").description("molecules, the steps of a bead: pour, show, advance");
  mol
    .command("pour <file>")
    .description("give a bead the steps of a formula (TOML); - reads standard input")
    .requiredOption("--bead <bead>", "the bead whose agent is to walk through them")
    .option("--var <name=value>", "a variable of the formula; can be repeated", collectPair)
    .addHelpText(
      "after",
      "\nExample:\n  gastown mol pour docs/formulas/ship.toml --bead gt-1a --var change='rename the flag'",
    )
    .action(async (file: string, { bead, var: vars = {} }: { bead: string; var?: Record<string, string> }) => {
      const cli = context();
      const path = { town: await cli.town(), bead };
      const body = { formula: await readText(file), vars };
      const answer = await settled(
        cli.http.POST("/v1/towns/{town}/beads/{bead}/molecule", { params: { path, header: cli.write() }, body }),
      );
      cli.out.show(answer, moleculeText(answer.data));
    });
  mol
    .command("show <molecule>")
    .description("a molecule's steps and how far they are")
    .addHelpText("after", "\nExample:\n  gastown mol show gt-1b")
    .action(async (molecule: string) => {
      const cli = context();
      const path = { town: await cli.town(), molecule };
      const answer = await answered(cli.http.GET("/v1/towns/{town}/molecules/{molecule}", { params: { path } }));
      cli.out.show(answer, moleculeText(answer.data));
    });
  mol
    .command("advance <molecule> <step>")
    .description("say that a ready step is done, or failed")
    .option("--failed", "it could not be done")
    .option("--notes <text>", "what to know about it", "")
    .addHelpText("after", "\nExamples:\n  gastown mol advance gt-1b plan\n  gastown mol advance gt-1b test --failed")
    .action(async (molecule: string, step: string, { failed, notes }: { failed?: boolean; notes: string }) => {
      const cli = context();
      const path = { town: await cli.town(), molecule };
      const body = { step, outcome: failed ? ("failed" as const) : ("done" as const), notes };
      const answer = await settled(
        cli.http.POST("/v1/towns/{town}/molecules/{molecule}/advance", { params: { path, header: cli.write() }, body }),
      );
      cli.out.show(answer, moleculeText(answer.data));
    });
}
