import type { AgentModel } from "@gastown/contracts";
import type { MayorChange } from "../changes/mayor-change.ts";
import { addSpent } from "../spent.ts";
import { newStart } from "./agent-steps.ts";
import { withAgent, type Steps } from "./steps.ts";

export const mayorSteps: Steps<MayorChange["type"]> = {
  "mayor.ensured": (state) => state,
  "mayor.wanted": (state, { agent, wanted }, at) =>
    withAgent(state, agent, ({ duty }) => ({
      duty: wanted
        ? // Who asks once more may have it tried once more.
          { ...duty, wantedAt: at, setbacks: Math.min(duty.setbacks, state.town.policy.setbackAlarm - 1) }
        : { ...duty, wantedAt: null, cutOff: false },
    })),
  "mayor.dispatched": (state, { agent, generation }, at) => {
    const counted = { ...state, town: { ...state.town, spent: addSpent(state.town.spent, { dispatches: 1 }) } };
    return withAgent(counted, agent, (mayor) => ({
      ...newStart(state, mayor, { generation, at }),
      duty: { ...mayor.duty, cutOff: false },
    }));
  },
  "mayor.ended": (state, { agent, setback, cutOff }) =>
    withAgent(state, agent, ({ duty }) => ({
      statusMessage: null,
      duty: { ...duty, setbacks: duty.setbacks + (setback ? 1 : 0), cutOff: duty.cutOff || cutOff },
    })),
  "agent.model-asked": (state, { agent, model: wished }) =>
    withAgent(state, agent, ({ model }) => ({ model: { ...(model ?? unknown), wished, failure: null } })),
  "agent.model-reported": (state, { agent, model: inEffect, failure }) =>
    withAgent(state, agent, ({ model }) => ({ model: { ...(model ?? unknown), inEffect, failure } })),
};

const unknown: AgentModel = { wished: null, inEffect: null, failure: null };
