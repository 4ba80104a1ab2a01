import { createBead } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

const made = z.object({ bead: z.string() });
const { rig, title, body, priority, dependsOn, held } = createBead.data.shape;

/** Makes a work item, which the town gives to a polecat by itself. */
export const sling = defineTool({
  name: "sling",
  description:
    "Makes one work item in a rig. A polecat gets it at once, unless it is held or waits for other items. For several that belong together use gt_convoy_create.",
  input: z.object({
    rig: rig.describe("The rig's name, as gt_list_rigs shows it"),
    title: title.describe("What is to be done, in one line"),
    body: body.describe("All that a stranger has to know to do it"),
    priority,
    dependsOn: dependsOn.describe("Ids of items that have to be done first"),
    held: held.describe("true: it waits until somebody lets it go"),
  }),
  async call(args, { run, town }) {
    const verdict = await town.command(createBead, { agent: run.job.agent, data: args });
    return verdict.outcome === "applied" ? `Made ${made.parse(verdict.result).bead}.` : refusalText(verdict);
  },
});
