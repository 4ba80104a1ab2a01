import { beadId, getConvoy, listConvoys } from "@gastown/contracts";
import { z } from "zod";
import { defineTool } from "./agent-tool.ts";

/** Shows how far convoys are. */
export const convoyStatus = defineTool({
  name: "convoy_status",
  description: "Shows how far a convoy is, with each of its work items; without an id all convoys, newest first.",
  input: z.object({ convoy: beadId.optional().describe("Its id") }),
  async call({ convoy }, { town }) {
    if (convoy !== undefined) return JSON.stringify(await town.query(getConvoy, { convoy }), null, 2);
    const { items } = await town.query(listConvoys, {});
    return items.length === 0 ? "There are no convoys." : JSON.stringify(items, null, 2);
  },
});
