import { addToConvoy, removeFromConvoy } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

const { convoy, beads } = addToConvoy.data.shape;

/** Puts work items into a convoy, or takes them out of it. */
export const convoyChange = defineTool({
  name: "convoy_change",
  description:
    "Puts work items into a convoy, as long as nobody began them and they belong to no other, or takes some out of it: these go on by themselves.",
  input: z.object({
    convoy: convoy.describe("Its id"),
    change: z.enum(["add", "remove"]),
    beads: beads.describe("Ids of work items, such as gt-1a2"),
  }),
  async call({ change, ...data }, { run, town }) {
    const { agent } = run.job;
    const verdict = await (change === "add"
      ? town.command(addToConvoy, { agent, data })
      : town.command(removeFromConvoy, { agent, data }));
    return verdict.outcome === "applied" ? `${data.convoy} is changed.` : refusalText(verdict);
  },
});
