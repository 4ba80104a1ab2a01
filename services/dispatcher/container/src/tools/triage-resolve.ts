import { beadId, resolveTriage, triageAction } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

/** Answers one triage request. */
export const triageResolve = defineTool({
  name: "triage_resolve",
  description:
    "Answers one triage request; what the action names is done to the agent and the work item it was asked about. Each request once.",
  input: z.object({
    bead: beadId.describe("The request, such as gt-1a2"),
    action: triageAction.describe("One of those the request offers"),
    notes: z.string().max(10_000).default("").describe("Why; with NUDGE and PROVIDE_GUIDANCE what the agent is told"),
  }),
  async call({ bead, action, notes }, { run, town }) {
    const { agent } = run.job;
    const verdict = await town.command(resolveTriage, { agent, data: { bead, action, notes } });
    return verdict.outcome === "applied" ? `${bead} is answered: ${action}.` : refusalText(verdict);
  },
});
