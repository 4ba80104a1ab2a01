import type { Agent } from "../domain/agent.ts";
import { toDate, toMs } from "./moments.ts";
import { numberOf } from "./number-of.ts";
import type { agents } from "./schema/agents.ts";

/** An agent as the domain knows it. */
export function agentOf(row: typeof agents.$inferSelect): Agent {
  const { town: _town, number: _number, correlation, traceparent, ...agent } = row;
  return {
    ...agent,
    aliveAt: toMs(agent.aliveAt),
    activeAt: toMs(agent.activeAt),
    dispatchedAt: toMs(agent.dispatchedAt),
    stalledAt: toMs(agent.stalledAt),
    stopAskedAt: toMs(agent.stopAskedAt),
    createdAt: toMs(agent.createdAt),
    trace: correlation === null ? null : { correlation, traceparent },
  };
}

/** An agent as its table has it. */
export function agentRow(town: string, agent: Agent): typeof agents.$inferInsert {
  const { trace, ...fields } = agent;
  return {
    ...fields,
    town,
    number: numberOf(agent.agent),
    correlation: trace?.correlation ?? null,
    traceparent: trace?.traceparent ?? null,
    aliveAt: toDate(agent.aliveAt),
    activeAt: toDate(agent.activeAt),
    dispatchedAt: toDate(agent.dispatchedAt),
    stalledAt: toDate(agent.stalledAt),
    stopAskedAt: toDate(agent.stopAskedAt),
    createdAt: toDate(agent.createdAt),
  };
}
