import { advanceMolecule, moleculeView } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";
import { moleculeText } from "./molecule-text.ts";

/** Ends one step of the agent's work item. */
export const molAdvance = defineTool({
  name: "mol_advance",
  description:
    "Ends a step of your work item that was ready, and shows what is ready then. Call it when the step is really done; the last one lets you call gt_done.",
  input: z.object({
    step: z.string().min(1).max(40).describe("Its id, as gt_mol_current shows it"),
    outcome: z.enum(["done", "failed"]).default("done").describe('"failed" when the step cannot be done'),
    notes: z.string().max(10_000).default("").describe("What was done, or why it cannot be"),
  }),
  async call({ step, outcome, notes }, { run, town }) {
    const { agent, molecule } = run.job;
    if (molecule === null) return "Your work item has no steps.";
    const verdict = await town.command(advanceMolecule, { agent, data: { molecule, step, outcome, notes } });
    if (verdict.outcome !== "applied") return refusalText(verdict);
    return `Step ${step}: ${outcome}.\n${moleculeText(moleculeView.parse(verdict.result))}`;
  },
});
