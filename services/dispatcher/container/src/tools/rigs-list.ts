import { listRigs } from "@gastown/contracts";
import { z } from "zod";
import { defineTool } from "./agent-tool.ts";

/** Shows the town's rigs. */
export const rigsList = defineTool({
  name: "list_rigs",
  description:
    "Shows the rigs (repositories) of the town: their names, default branches and checks, and where you can read their code, at which commit.",
  input: z.object({}),
  async call(_args, { run, town, checkouts }) {
    const { items } = await town.query(listRigs, { limit: 200 });
    if (items.length === 0) return "The town has no rigs yet. Somebody has to add one before anything can be done.";
    return JSON.stringify(
      items.map(({ rig, defaultBranch, check, forge }) => {
        const { path, shows, problem } = checkouts.of(run, rig);
        return { rig, defaultBranch, check, forge, code: { path, shows, problem } };
      }),
      null,
      2,
    );
  },
});
