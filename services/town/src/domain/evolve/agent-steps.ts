import type { Agent, Process } from "../agent.ts";
import type { ChangeOf } from "../change.ts";
import { withAgent, withWork, type Steps } from "./steps.ts";

type AgentChangeType =
  | "agent.registered"
  | "agent.dispatched"
  | "agent.start-asked"
  | "agent.status-changed"
  | "agent.unhooked"
  | "agent.reported"
  | "agent.seen"
  | "agent.lost"
  | "agent.stop-asked"
  | "agent.checkpointed"
  | "agent.said";

export const agentSteps: Steps<AgentChangeType> = {
  "agent.registered": (state, { agent }) => ({ ...state, agents: new Map(state.agents).set(agent.agent, agent) }),
  "agent.dispatched": (state, { agent, bead, generation, attempt, branch }, at) => {
    const sent = withWork(state, bead, (b) => ({
      ...b,
      attempts: attempt,
      lastDispatchAt: at,
      updatedAt: at,
      ...(b.type === "issue" ? { branch, lastAgent: agent } : {}),
    }));
    return withAgent(sent, agent, () => ({
      generation,
      process: { state: "starting", askedAt: at },
      aliveAt: at,
      activeAt: null,
      stopAskedAt: null,
    }));
  },
  "agent.start-asked": (state, { agent }, at) =>
    withAgent(state, agent, () => ({ process: { state: "starting", askedAt: at } })),
  "agent.status-changed": (state, { agent, to }) => withAgent(state, agent, () => ({ status: to })),
  "agent.unhooked": (state, { agent, bead }) => {
    const rested = withAgent(state, agent, () => ({ hook: null, statusMessage: null }));
    // Who handed work in stays named on it; a refinery leaves nothing of its own behind.
    return rested.beads.get(bead)?.type === "merge_request"
      ? withWork(rested, bead, (b) => ({ ...b, assignee: null }))
      : rested;
  },
  "agent.reported": (state, change) =>
    withAgent(state, change.agent, (agent) => ({
      process: processAfter(change),
      aliveAt: later(agent.aliveAt, change.seenAt),
    })),
  "agent.seen": (state, { agent: id, aliveAt, activeAt }) =>
    withAgent(state, id, (agent) => ({
      aliveAt: later(agent.aliveAt, aliveAt),
      activeAt: later(agent.activeAt, activeAt),
    })),
  "agent.lost": (state, { agent }) => withAgent(state, agent, () => ({ process: { state: "lost" } })),
  "agent.stop-asked": (state, { agent }, at) => withAgent(state, agent, () => ({ stopAskedAt: at })),
  "agent.checkpointed": (state, { bead, data }) => withWork(state, bead, (b) => ({ ...b, checkpoint: data })),
  "agent.said": (state, { agent, message }) => withAgent(state, agent, () => ({ statusMessage: message })),
};

function processAfter({ state, reason }: ChangeOf<"agent.reported">): Process {
  return state === "running" ? { state: "running" } : { state: "ended", how: state, reason };
}

function later(a: Agent["aliveAt"], b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
