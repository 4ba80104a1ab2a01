/** The nudge was delivered, or never will be; one whose agent ended before it was said waits for the agent's next start. */
import { reportNudge as command } from "@gastown/contracts";
import { hears, isAsked } from "../hearing.ts";
import { applied, defineInput, notFound, refused } from "../input.ts";

export const reportNudge = defineInput({
  command,
  needs: (data) => ({ agents: [data.agent], nudges: [data.nudge] }),
  decide(state, data) {
    const nudge = state.nudges.get(data.nudge);
    if (nudge === undefined) return notFound("nudge_not_found", `there is no nudge ${data.nudge}`);
    if (nudge.agent !== data.agent) return refused("invalid", `agent: ${data.nudge} is for ${nudge.agent}`);
    if (nudge.state !== "pending") return applied([]);
    const agent = state.agents.get(data.agent);
    // A failure that is about an earlier start says nothing about this one, or the next.
    const isAboutThisStart = agent !== undefined && hears(agent) && isAsked(nudge, agent);
    if (data.state === "failed" && !isAboutThisStart) return applied([]);
    const { agent: id, state: to, reason } = data;
    return applied([{ type: "nudge.settled", nudge: nudge.nudge, agent: id, state: to, reason }]);
  },
});
