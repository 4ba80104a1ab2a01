import type { Spent } from "@gastown/contracts";
import { neverRan, type Agent, type Duty, type Process } from "../agent.ts";
import type { ChangeOf } from "../change.ts";
import { isWork } from "../bead.ts";
import { modelFor } from "../settings.ts";
import { addSpent } from "../spent.ts";
import type { TownState } from "../state.ts";
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
      spent: addSpent(b.spent, { dispatches: 1 }),
      lastDispatchAt: at,
      updatedAt: at,
      ...(b.type === "issue" ? { branch, lastAgent: agent } : {}),
    }));
    const counted = { ...sent, town: { ...sent.town, spent: addSpent(sent.town.spent, { dispatches: 1 }) } };
    return withAgent(counted, agent, (a) => ({ ...newStart(state, a, { generation, at }), workedOn: bead }));
  },
  "agent.start-asked": (state, { agent }, at) =>
    withAgent(state, agent, () => ({ process: { state: "starting", askedAt: at } })),
  "agent.status-changed": (state, { agent, to }, at) =>
    withAgent(state, agent, ({ role, stalledAt, duty }) => ({
      status: to,
      stalledAt: to === "stalled" ? stalledAt : null,
      ...(role === "mayor" ? { duty: dutyAt(duty, to, at) } : {}),
    })),
  "agent.unhooked": (state, { agent, bead }, at) => {
    const rested = withAgent(withWorkTime(state, agent, at), agent, () => ({ hook: null, statusMessage: null }));
    // Who handed work in stays named on it; a refinery leaves nothing of its own behind.
    return rested.beads.get(bead)?.type === "merge_request"
      ? withWork(rested, bead, (b) => ({ ...b, assignee: b.assignee === agent ? null : b.assignee }))
      : rested;
  },
  "agent.reported": (state, change, at) =>
    withAgent(state, change.agent, (agent) => ({
      process: processAfter(change),
      aliveAt: later(agent.aliveAt, change.seenAt),
      ...(change.state === "running" ? begun(agent) : {}),
      // The time in which it waited for its container is nobody's work.
      ...(change.state === "running" && agent.dispatchedAt !== null && neverRan(agent) ? { dispatchedAt: at } : {}),
    })),
  "agent.seen": (state, { agent: id, aliveAt, activeAt, tokens, microUsd, busy }) =>
    withAgent(withUsage(state, id, { tokens, microUsd }), id, (agent) => ({
      aliveAt: later(agent.aliveAt, aliveAt),
      activeAt: later(agent.activeAt, activeAt),
      busy,
    })),
  "agent.lost": (state, { agent }) => withAgent(state, agent, () => ({ process: { state: "lost" } })),
  "agent.stop-asked": (state, { agent }, at) => withAgent(state, agent, () => ({ stopAskedAt: at })),
  "agent.checkpointed": (state, { bead, data }) => withWork(state, bead, (b) => ({ ...b, checkpoint: data })),
  "agent.said": (state, { agent, message }) => withAgent(state, agent, () => ({ statusMessage: message })),
};

/** An agent whose start was just asked for: nothing is known of it but what it was told. */
export function newStart(state: TownState, agent: Agent, { generation, at }: { generation: number; at: number }) {
  return {
    generation,
    dispatchedAt: at,
    used: { tokens: 0, microUsd: 0 },
    busy: false,
    nudgedAt: { warn: null, escalate: null },
    process: { state: "starting", askedAt: at },
    aliveAt: at,
    activeAt: null,
    stopAskedAt: null,
    model: { wished: modelFor(state, agent), inEffect: null, failure: null },
  } as const;
}

/** A start that runs has the model it was told, and is what was wanted of a mayor. */
function begun({ model, duty }: Agent): Partial<Agent> {
  return {
    model: model === null ? null : { ...model, inEffect: model.inEffect ?? model.wished },
    duty: { ...duty, wantedAt: null },
  };
}

/** A mayor that begins to work is looked at anew; whose turn is over has come to something. */
function dutyAt(duty: Duty, to: Agent["status"], at: number): Duty {
  if (to === "working") return { ...duty, workingSince: at };
  return to === "waiting" ? { ...duty, setbacks: 0 } : duty;
}

function processAfter({ state, reason, cause }: ChangeOf<"agent.reported">): Process {
  if (state === "running") return { state: "running" };
  return { state: "ended", how: state, reason, ...(cause === undefined ? {} : { cause }) };
}

function later(a: Agent["aliveAt"], b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

/** What a start has used more than was known, counted for its bead and its town; told twice, it counts once. */
function withUsage(state: TownState, id: string, told: { tokens: number; microUsd: number }): TownState {
  const agent = state.agents.get(id);
  if (agent === undefined) return state;
  const more = {
    tokens: Math.max(0, told.tokens - agent.used.tokens),
    microUsd: Math.max(0, told.microUsd - agent.used.microUsd),
  };
  if (more.tokens === 0 && more.microUsd === 0) return state;
  const used = { tokens: agent.used.tokens + more.tokens, microUsd: agent.used.microUsd + more.microUsd };
  return withAgent(charge(state, agent, { bead: more, town: more }), id, () => ({ used }));
}

/** The time since its dispatch is counted for its bead and its town, once. */
export function withWorkTime(state: TownState, id: string, at: number): TownState {
  const agent = state.agents.get(id);
  if (agent === undefined || agent.dispatchedAt === null) return state;
  const worked = neverRan(agent) ? 0 : Math.max(0, at - agent.dispatchedAt);
  // What was worked before the town's budget period began was used in the last one.
  const inPeriod = Math.min(worked, Math.max(0, at - state.town.spentSince));
  const charged = charge(state, agent, { bead: { agentMs: worked }, town: { agentMs: inPeriod } });
  return withAgent(charged, id, () => ({ dispatchedAt: null }));
}

type More = Partial<Spent>;

function charge(state: TownState, { workedOn }: Agent, more: { bead: More; town: More }): TownState {
  const charged = { ...state, town: { ...state.town, spent: addSpent(state.town.spent, more.town) } };
  const bead = workedOn === null ? undefined : charged.beads.get(workedOn);
  if (bead === undefined || !isWork(bead)) return charged;
  return withWork(charged, bead.bead, (b) => ({ ...b, spent: addSpent(b.spent, more.bead) }));
}
