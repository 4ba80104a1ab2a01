import { startConvoy } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

/** Lets a staged convoy go to work. */
export const convoyStart = defineTool({
  name: "convoy_start",
  description: "Lets a staged convoy go to work. Do it when the people who wanted it agree with its plan.",
  input: z.object({ convoy: startConvoy.data.shape.convoy.describe("Its id") }),
  async call(args, { run, town }) {
    const verdict = await town.command(startConvoy, { agent: run.job.agent, data: args });
    return verdict.outcome === "applied" ? `${args.convoy} goes to work.` : refusalText(verdict);
  },
});
