import { mayMove } from "../transitions.ts";
import { neverRan } from "../agent.ts";
import { addSpent } from "../spent.ts";
import type { TownState } from "../state.ts";
import { withWorkTime } from "./agent-steps.ts";
import { withAgent, withBead, withWork, type Steps } from "./steps.ts";

type BeadChangeType =
  | "bead.created"
  | "bead.updated"
  | "bead.status-changed"
  | "bead.assigned"
  | "bead.released"
  | "bead.unblocked"
  | "bead.slung"
  | "mail.sent"
  | "mail.delivered"
  | "escalation.raised";

export const beadSteps: Steps<BeadChangeType> = {
  "bead.created": (state, { bead }) => ({
    ...state,
    town: { ...state.town, nextNumber: Math.max(state.town.nextNumber, bead.number + 1) },
    beads: new Map(state.beads).set(bead.bead, bead),
  }),
  "bead.updated": (state, { bead, changed }, at) => withBead(state, bead, (b) => ({ ...b, ...changed, updatedAt: at })),
  "bead.status-changed": (state, { bead, from, to, failure }, at) =>
    withBead(state, bead, (b) => {
      if (b.status !== from || !mayMove(b.type, from, to)) {
        throw new Error(`bead ${bead} is ${b.status} and cannot move from ${from} to ${to}`);
      }
      return { ...b, status: to, updatedAt: at, failure: failure ?? b.failure, closedAt: to === "closed" ? at : null };
    }),
  "bead.assigned": (state, { bead, agent }, at) => {
    const assigned = withWork(state, bead, (b) => ({ ...b, assignee: agent, updatedAt: at }));
    const trace = assigned.beads.get(bead)?.trace ?? null;
    return withAgent(assigned, agent, () => ({ hook: bead, trace, statusMessage: null }));
  },
  "bead.released": (state, { bead, agent, setback }, at) => {
    const holder = state.agents.get(agent);
    const own = holder?.hook === bead;
    const counted = own ? withWorkTime(state, agent, at) : state;
    const used = setback && own && neverRan(holder) ? withoutDispatch(counted, bead) : counted;
    const released = withWork(used, bead, (b) => ({
      ...b,
      assignee: null,
      updatedAt: at,
      ...(setback ? { attempts: Math.max(0, b.attempts - 1), setbacks: b.setbacks + 1 } : {}),
    }));
    return own ? withAgent(released, agent, () => ({ hook: null, statusMessage: null })) : released;
  },
  "bead.unblocked": (state, { bead }) =>
    withBead(state, bead, (b) => (b.type === "issue" ? { ...b, blocked: false } : b)),
  "bead.slung": (state, { bead, trace }, at) =>
    withWork(state, bead, (b) =>
      b.type === "issue"
        ? { ...b, held: false, lastDispatchAt: null, setbacks: 0, trace, updatedAt: at }
        : {
            ...b,
            lastDispatchAt: null,
            attempts: 0,
            setbacks: 0,
            updatedAt: at,
            request: { ...b.request, parked: false },
          },
    ),
  "mail.sent": (state) => state,
  "mail.delivered": (state, { beads }, at) =>
    beads.reduce(
      (s, bead) => withBead(s, bead, (b) => ({ ...b, status: "closed", closedAt: at, updatedAt: at })),
      state,
    ),
  "escalation.raised": (state) => state,
};

/** A start that never ran used nothing, not even a dispatch. */
function withoutDispatch(state: TownState, bead: string): TownState {
  const unused = { dispatches: -1 };
  const counted = withWork(state, bead, (b) => ({ ...b, spent: addSpent(b.spent, unused) }));
  return { ...counted, town: { ...counted.town, spent: addSpent(counted.town.spent, unused) } };
}
