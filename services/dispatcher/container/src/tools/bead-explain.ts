import { explainBead } from "@gastown/contracts";
import { z } from "zod";
import { defineTool } from "./agent-tool.ts";

/** Shows why a work item is where it is. */
export const beadExplain = defineTool({
  name: "bead_explain",
  description:
    "Shows why a work item is where it is and what would move it. Ask this before you act on one that does not move.",
  input: z.object({ bead: explainBead.data.shape.bead.describe("Its id, such as gt-1a2") }),
  call: async ({ bead }, { town }) => JSON.stringify(await town.query(explainBead, { bead }), null, 2),
});
