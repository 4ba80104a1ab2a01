/** The nudge was delivered, or never will be; one whose agent ended before it was said waits for the agent's next start, and a mayor's until it was said. */
import { reportNudge as command } from "@gastown/contracts";
import type { Agent } from "../agent.ts";
import type { Change } from "../change.ts";
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
    const isAboutThisStart = agent !== undefined && hears(agent) && isAsked(nudge, agent) && agent.role !== "mayor";
    if (data.state === "failed" && !isAboutThisStart) return applied([]);
    const { agent: id, state: to, reason } = data;
    const settled = { type: "nudge.settled", nudge: nudge.nudge, agent: id, state: to, reason } as const;
    return applied([settled, ...(to === "delivered" ? beginTurn(agent) : [])]);
  },
});

/** A mayor that was spoken to works (kilo-town §1.5). */
function beginTurn(agent: Agent | undefined): Change[] {
  if (agent?.role !== "mayor" || agent.status !== "waiting") return [];
  const reason = "it was spoken to";
  return [{ type: "agent.status-changed", agent: agent.agent, from: "waiting", to: "working", reason }];
}
