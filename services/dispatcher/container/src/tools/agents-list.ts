import { listAgents } from "@gastown/contracts";
import { z } from "zod";
import { defineTool } from "./agent-tool.ts";

/** Shows who is in the town, and what each works on. */
export const agentsList = defineTool({
  name: "list_agents",
  description: "Shows the agents of the town, or of one rig: who they are, how they are, and what each works on.",
  input: z.object({ rig: listAgents.data.shape.rig.describe("Only of this rig") }),
  async call(args, { town }) {
    const { items } = await town.query(listAgents, { ...args, limit: 200 });
    const agents = items.map(({ agent, name, role, rig, status, hook, statusMessage }) => {
      return { agent, name, role, rig, status, hook, says: statusMessage };
    });
    return JSON.stringify(agents, null, 2);
  },
});
