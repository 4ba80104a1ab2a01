/** The note is kept with the agent's hooked bead, for whoever works on the bead next. */
import { agentCheckpoint as command } from "@gastown/contracts";
import { bytesInJson } from "../clip.ts";
import { applied, defineInput, notFound, refused, refuseStranger } from "../input.ts";

/** It travels with the next start of an agent on this bead, in a message of limited size. */
const maxBytes = 32 * 1024;

export const agentCheckpoint = defineInput({
  command,
  needs: (data) => ({ hooksOf: [data.agent] }),
  decide(state, data, context) {
    const agent = state.agents.get(data.agent);
    if (agent === undefined) return notFound("agent_not_found", `there is no agent ${data.agent}`);
    const stranger = refuseStranger(context, data.agent);
    if (stranger !== null) return stranger;
    if (agent.hook === null || agent.generation !== data.generation) {
      return refused("not_hooked", `${agent.name} has no bead to keep a note with`);
    }
    if (bytesInJson(JSON.stringify(data.data)) > maxBytes) {
      return refused("invalid", `data: a note has ${maxBytes} bytes at most; keep what is long in the repository`);
    }
    return applied([{ type: "agent.checkpointed", agent: agent.agent, bead: agent.hook, data: data.data }]);
  },
});
