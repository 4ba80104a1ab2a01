import { agentStatusMessage } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

/** Shows people what the agent is doing. */
export const status = defineTool({
  name: "status",
  description:
    "Shows people in one short sentence what you are doing now. Use it when a new phase of your work begins.",
  input: z.object({ message: z.string().min(1).max(280) }),
  async call({ message }, { run, town }) {
    const { agent, generation } = run.job;
    const verdict = await town.command(agentStatusMessage, {
      agent,
      data: { agent, generation, message },
    });
    return verdict.outcome === "applied" ? "Shown." : refusalText(verdict);
  },
});
