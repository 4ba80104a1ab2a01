import { raiseEscalation, severity } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

/** Asks people for help. */
export const escalate = defineTool({
  name: "escalate",
  description:
    "Asks people for help when you are stuck or found something they must know. Nobody answers here: go on with what you can do.",
  input: z.object({
    title: z.string().min(1).max(200).describe("What is wrong, in one line"),
    body: z.string().max(20_000).default("").describe("What you saw, tried and need"),
    severity: severity.default("medium"),
  }),
  async call(args, { run, town }) {
    const { agent, bead } = run.job;
    const data = { agent, bead: bead.bead, ...args };
    const verdict = await town.command(raiseEscalation, { agent, data });
    return verdict.outcome === "applied" ? "People were told. Go on with what you can do." : refusalText(verdict);
  },
});
