/** Agents were last heard of, and last did something, when the dispatcher says; nothing else about them changes (W28). */
import { reportHeartbeat as command } from "@gastown/contracts";
import type { Change } from "../change.ts";
import { applied, defineInput, notFound } from "../input.ts";
import { epochMs } from "../time.ts";

export const reportHeartbeat = defineInput({
  command,
  needs: (data) => ({ hooksOf: data.agents.map((a) => a.agent) }),
  decide(state, data, { now }) {
    if (data.agents.length > 0 && !data.agents.some((a) => state.agents.has(a.agent))) {
      return notFound("agent_not_found", `there is no agent ${data.agents.map((a) => a.agent).join(", ")}`);
    }
    const changes = data.agents.flatMap((told): Change[] => {
      if (state.agents.get(told.agent)?.generation !== told.generation) return [];
      const activeAt = told.activeAt === null ? null : Math.min(epochMs(told.activeAt), now);
      const { agent, tokens, microUsd, busy } = told;
      const aliveAt = Math.min(epochMs(told.aliveAt), now);
      return [{ type: "agent.seen", agent, aliveAt, activeAt, tokens, microUsd, busy }];
    });
    return applied(changes);
  },
});
