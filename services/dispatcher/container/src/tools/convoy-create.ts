import { createConvoy } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

const made = z.object({ convoy: z.string(), beads: z.array(z.string()) });
const { title, mergeMode, staged, tasks } = createConvoy.data.shape;

/** Makes work items that reach the default branch together. */
export const convoyCreate = defineTool({
  name: "convoy_create",
  description:
    "Makes a convoy: work items that belong together, each in a rig, with the order between them. Unless it is staged they go to work at once.",
  input: z.object({
    title,
    mergeMode: mergeMode.describe("Left out: as the town does it"),
    staged: staged.describe("true: nothing begins before gt_convoy_start; for a plan that people look at first"),
    tasks: tasks.describe("dependsOn names tasks by their position in this list, from 0"),
  }),
  async call(args, { run, town }) {
    const verdict = await town.command(createConvoy, { agent: run.job.agent, data: args });
    if (verdict.outcome !== "applied") return refusalText(verdict);
    const { convoy, beads } = made.parse(verdict.result);
    return `Made convoy ${convoy} with ${beads.join(", ")}.`;
  },
});
