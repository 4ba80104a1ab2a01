/** Agents were last heard of, did something and have used when and what the dispatcher says; nothing else about them changes (W28). The rules look only when that uses up a budget. */
import { reportHeartbeat as command } from "@gastown/contracts";
import { usesUp } from "../budgets.ts";
import type { Change } from "../change.ts";
import { evolveAll } from "../evolve.ts";
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
    const after = evolveAll(state, changes, now);
    const roused = after !== null && usesUp(state, after);
    return applied(roused ? [...changes, { type: "town.roused" }] : changes);
  },
});
