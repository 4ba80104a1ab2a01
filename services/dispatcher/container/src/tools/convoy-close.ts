import { closeConvoy } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

/** Calls a convoy off, with all its work that is not done. */
export const convoyClose = defineTool({
  name: "convoy_close",
  description:
    "Calls a convoy off: its live work items are closed, their agents stopped, their pull requests closed. Only for what people do not want any more.",
  input: z.object({
    convoy: closeConvoy.data.shape.convoy.describe("Its id"),
    reason: z.string().min(1).max(2_000).describe("Who does not want it any more, and why"),
  }),
  async call(args, { run, town }) {
    const verdict = await town.command(closeConvoy, { agent: run.job.agent, data: args });
    return verdict.outcome === "applied" ? `${args.convoy} is closed.` : refusalText(verdict);
  },
});
