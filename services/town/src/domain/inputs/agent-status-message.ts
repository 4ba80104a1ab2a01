/** The agent's view shows what it says it is doing. */
import { agentStatusMessage as command } from "@gastown/contracts";
import { applied, defineInput, notFound, refused, refuseStranger } from "../input.ts";

export const agentStatusMessage = defineInput({
  command,
  needs: (data) => ({ agents: [data.agent] }),
  decide(state, data, context) {
    const agent = state.agents.get(data.agent);
    if (agent === undefined) return notFound("agent_not_found", `there is no agent ${data.agent}`);
    const stranger = refuseStranger(context, data.agent);
    if (stranger !== null) return stranger;
    if (agent.generation !== data.generation) {
      return refused("stale", `this is start ${data.generation} of ${agent.name}; its last one is ${agent.generation}`);
    }
    return applied([{ type: "agent.said", agent: agent.agent, message: data.message }]);
  },
});
