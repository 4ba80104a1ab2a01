import { listRigs } from "@gastown/contracts";
import { z } from "zod";
import { defineTool } from "./agent-tool.ts";

/** Shows the town's rigs. */
export const rigsList = defineTool({
  name: "list_rigs",
  description: "Shows the rigs (repositories) of the town: their names, default branches and checks.",
  input: z.object({}),
  async call(_args, { town }) {
    const { items } = await town.query(listRigs, { limit: 200 });
    if (items.length === 0) return "The town has no rigs yet. Somebody has to add one before anything can be done.";
    return JSON.stringify(
      items.map(({ rig, defaultBranch, check, forge }) => ({ rig, defaultBranch, check, forge })),
      null,
      2,
    );
  },
});
