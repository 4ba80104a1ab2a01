import type { CareChange } from "../changes/care-change.ts";
import { dropped, withAgent, withBead, withNudge, type Steps } from "./steps.ts";

export const careSteps: Steps<CareChange["type"]> = {
  "nudge.queued": (state, { nudge }) => ({
    ...state,
    town: { ...state.town, nextNumber: state.town.nextNumber + 1 },
    nudges: new Map(state.nudges).set(nudge.nudge, nudge),
  }),
  "nudge.asked": (state, { nudge }, at) => withNudge(state, nudge, { askedAt: at }),
  "nudge.settled": (state, { nudge, agent, state: to, reason }, at) => {
    const settled = withNudge(state, nudge, {
      state: to,
      reason: reason === "" ? null : reason,
      deliveredAt: to === "delivered" ? at : null,
    });
    if (to !== "delivered" || state.agents.get(agent)?.role !== "mayor") return settled;
    return withAgent(settled, agent, ({ duty }) => ({ duty: { ...duty, workingSince: at, setbacks: 0 } }));
  },
  "mail.announced": (state, { bead }) =>
    withBead(state, bead, (b) => (b.type === "message" ? { ...b, announced: true } : b)),
  "agent.stuck": (state, { agent, tier }, at) =>
    withAgent(state, agent, ({ nudgedAt }) => (tier === "stop" ? {} : { nudgedAt: { ...nudgedAt, [tier]: at } })),
  "agent.stalled": (state, { agent }, at) =>
    withAgent(state, agent, ({ stalledAt }) => ({ status: "stalled", stalledAt: stalledAt ?? at })),
  "agent.revived": (state, { agent }) => withAgent(state, agent, () => ({ status: "idle", stalledAt: null })),
  "agent.removed": (state, { agent }) => ({
    ...state,
    agents: dropped(state.agents, agent),
    beads: dropped(state.beads, agent),
    nudges: new Map([...state.nudges].filter(([, nudge]) => nudge.agent !== agent)),
  }),
  "invariant.violated": (state) => state,
  "work.rescued": (state) => state,
  "bead.reset": (state, { bead }, at) => withBead(state, bead, (b) => ({ ...b, status: "open", updatedAt: at })),
};
