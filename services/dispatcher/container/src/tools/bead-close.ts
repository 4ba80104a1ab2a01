import { closeBead } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

const { bead } = closeBead.data.shape;

/** Calls a work item off. */
export const beadClose = defineTool({
  name: "bead_close",
  description:
    "Calls a work item off: its agent is stopped, its pull request closed, what waited for it goes on. What was pushed stays on its branch. Only for what people do not want any more.",
  input: z.object({
    bead: bead.describe("Its id, such as gt-1a2"),
    reason: z.string().min(1).max(2_000).describe("Who does not want it any more, and why"),
  }),
  async call(args, { run, town }) {
    const verdict = await town.command(closeBead, { agent: run.job.agent, data: args });
    return verdict.outcome === "applied" ? `${args.bead} is closed.` : refusalText(verdict);
  },
});
