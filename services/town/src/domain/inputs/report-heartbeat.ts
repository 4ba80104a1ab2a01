/** Agents were last heard of, did something and have used when and what the dispatcher says; nothing else about them changes (W28), but that a mayor works while it has a turn and waits when it has none. The rules look only at that, and when a budget is used up. */
import { reportHeartbeat as command } from "@gastown/contracts";
import type { Agent } from "../agent.ts";
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
      const known = state.agents.get(told.agent);
      if (known?.generation !== told.generation) return [];
      const activeAt = told.activeAt === null ? null : Math.min(epochMs(told.activeAt), now);
      const { agent, tokens, microUsd, busy } = told;
      const aliveAt = Math.min(epochMs(told.aliveAt), now);
      return [
        { type: "agent.seen", agent, aliveAt, activeAt, tokens, microUsd, busy },
        ...turnOf(known, { aliveAt, busy }),
      ];
    });
    const after = evolveAll(state, changes, now);
    const roused = after !== null && usesUp(state, after);
    return applied(roused ? [...changes, { type: "town.roused" }] : changes);
  },
});

/** Kilo-town §7.4: what was seen before it last began to work says nothing about the end of that. */
function turnOf({ agent, role, status, process, duty }: Agent, seen: { aliveAt: number; busy: boolean }): Change[] {
  if (role !== "mayor" || process.state !== "running") return [];
  if (status === "waiting" && seen.busy) {
    return [{ type: "agent.status-changed", agent, from: status, to: "working", reason: "it is in a turn" }];
  }
  const isOver = status === "working" && !seen.busy && seen.aliveAt > (duty.workingSince ?? 0);
  return isOver
    ? [{ type: "agent.status-changed", agent, from: status, to: "waiting", reason: "its turn is over" }]
    : [];
}
