import type { Spent } from "@gastown/contracts";

/** Nothing was used. */
export const noSpent: Spent = { dispatches: 0, agentMs: 0, tokens: 0, microUsd: 0 };

/** Both together; nothing is less than nothing. */
export function addSpent(a: Spent, b: Partial<Spent>): Spent {
  return {
    dispatches: Math.max(0, a.dispatches + (b.dispatches ?? 0)),
    agentMs: a.agentMs + (b.agentMs ?? 0),
    tokens: a.tokens + (b.tokens ?? 0),
    microUsd: a.microUsd + (b.microUsd ?? 0),
  };
}
