/** What an agent's next turn has for a model is what the dispatcher says of its present start, and why it is not what was wished. */
import { reportModel as command } from "@gastown/contracts";
import type { Agent } from "../agent.ts";
import { applied, defineInput, notFound, refused } from "../input.ts";

export const reportModel = defineInput({
  command,
  needs: (data) => ({ agents: [data.agent] }),
  decide(state, { agent: id, generation, wished, model, failure }) {
    const agent = state.agents.get(id);
    if (agent === undefined) return notFound("agent_not_found", `there is no agent ${id}`);
    if (agent.generation !== generation) {
      return refused("stale", `this is start ${generation} of ${agent.name}; its last one is ${agent.generation}`);
    }
    const told = { wished, model, failure: isLate(agent, wished) ? null : failure };
    if (agent.model?.inEffect === model && agent.model.failure === told.failure) return applied([]);
    return applied([{ type: "agent.model-reported", agent: id, ...told }]);
  },
});

/** A failed wish that another one took the place of says only what is in effect. */
function isLate({ model }: Agent, wished: string | null): boolean {
  const newest = model?.wished ?? null;
  return newest !== null && wished !== newest;
}
