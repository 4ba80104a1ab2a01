import { z } from "zod";
import { defineTool } from "./agent-tool.ts";
import { moleculeText } from "./molecule-text.ts";

/** Shows the steps of the agent's work item and which may be done now. */
export const molCurrent = defineTool({
  name: "mol_current",
  description:
    "Shows the steps of your work item: what is done, what is ready to be done now with its full text, what waits for others.",
  input: z.object({}),
  async call(_args, { run, town }) {
    const { molecule } = run.job;
    return molecule === null ? "Your work item has no steps." : moleculeText(await town.molecule(molecule));
  },
});
