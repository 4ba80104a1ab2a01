import { beadStatus, beadType, listBeads } from "@gastown/contracts";
import { z } from "zod";
import { defineTool } from "./agent-tool.ts";

const { rig, convoy, after } = listBeads.data.shape;

/** Shows work items, newest first. */
export const beadsList = defineTool({
  name: "list_beads",
  description: "Shows work items (beads) of the town, newest first, 50 at a time. gt_bead_status shows one in full.",
  input: z.object({
    rig: rig.describe("Only of this rig"),
    status: z.array(beadStatus).optional().describe("Only with one of these statuses"),
    type: z.array(beadType).default(["issue"]).describe("issue: work; merge_request, convoy, escalation, ..."),
    convoy: convoy.describe("Only of this convoy"),
    after: after.describe("`next` of the page before"),
  }),
  async call(args, { town }) {
    const { items, next } = await town.query(listBeads, args);
    const beads = items.map(({ bead, type, status, title, rig: where, priority }) => {
      return { bead, type, status, title, rig: where, priority };
    });
    return beads.length === 0 ? "There are none." : JSON.stringify({ beads, next }, null, 2);
  },
});
