import { beadId } from "@gastown/contracts";
import { z } from "zod";
import { defineTool } from "./agent-tool.ts";

/** Shows one work item. */
export const beadStatus = defineTool({
  name: "bead_status",
  description: "Shows one work item (bead) of the town: its text, status, who works on it and what it waits for.",
  input: z.object({ bead: beadId.describe("Its id, such as gt-1a2") }),
  call: async ({ bead }, { town }) => JSON.stringify(await town.bead(bead), null, 2),
});
