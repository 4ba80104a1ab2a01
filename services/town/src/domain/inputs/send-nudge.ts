/** There is one pending nudge more for the agent, to be said as and when its sender wants. */
import { sendNudge as command } from "@gastown/contracts";
import { applied, defineInput, notFound } from "../input.ts";
import { newNudge } from "../new-nudge.ts";

export const sendNudge = defineInput({
  command,
  needs: (data) => ({ agents: [data.agent] }),
  decide(state, data, { actor, now, trace }) {
    if (!state.agents.has(data.agent)) return notFound("agent_not_found", `there is no agent ${data.agent}`);
    const nudge = newNudge(state, { ...data, source: actor, trace, now });
    return applied([{ type: "nudge.queued", nudge }], { nudge: nudge.nudge });
  },
});
