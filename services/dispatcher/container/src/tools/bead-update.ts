import { updateBead } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

const { bead, title, body, priority, dependsOn, held } = updateBead.data.shape;

/** Changes a work item that is not done yet. */
export const beadUpdate = defineTool({
  name: "bead_update",
  description:
    "Changes a work item that is not done yet: its text, how urgent it is, what it waits for, whether it is held. What you leave out stays.",
  input: z.object({
    bead: bead.describe("Its id, such as gt-1a2"),
    title,
    body,
    priority,
    dependsOn: dependsOn.describe("All that it waits for; an empty list: nothing"),
    held: held.describe("true: nobody is given it; false: it may go to work"),
  }),
  async call(args, { run, town }) {
    const verdict = await town.command(updateBead, { agent: run.job.agent, data: args });
    return verdict.outcome === "applied" ? `${args.bead} is changed.` : refusalText(verdict);
  },
});
