/** What is known of the process of an agent's last start is what the dispatcher says; of older starts nothing is. */
import { reportAgent as command } from "@gastown/contracts";
import { applied, defineInput, notFound, refused } from "../input.ts";
import { epochMs } from "../time.ts";

export const reportAgent = defineInput({
  command,
  needs: (data) => ({ agents: [data.agent] }),
  decide(state, data, { now }) {
    const agent = state.agents.get(data.agent);
    if (agent === undefined) return notFound("agent_not_found", `there is no agent ${data.agent}`);
    if (agent.generation !== data.generation) {
      return refused("stale", `this is start ${data.generation} of ${agent.name}; its last one is ${agent.generation}`);
    }
    if (agent.process.state === "ended") {
      return refused("stale", `start ${data.generation} of ${agent.name} has ended already: ${agent.process.reason}`);
    }
    if (data.state === "running" && agent.process.state === "running") return applied([]);
    // A clock that is ahead must not make an agent immortal.
    const seenAt = Math.min(epochMs(data.at), now);
    const { reason, cause } = data;
    const told = { state: data.state, reason, ...(cause === undefined ? {} : { cause }), seenAt };
    return applied([{ type: "agent.reported", agent: agent.agent, ...told }]);
  },
});
