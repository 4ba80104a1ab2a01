import type { Change } from "../change.ts";
import type { MayorDecision } from "../decisions/mayor-decision.ts";
import { escalate } from "../endings.ts";
import type { Agent } from "../agent.ts";
import { endStart } from "../mayor.ts";
import { newNudge } from "../new-nudge.ts";
import { cutOffText } from "../nudge-texts.ts";
import type { TownState } from "../state.ts";
import type { By, CarryOut } from "./carried.ts";
import { theAgent } from "./carried.ts";

export const mayorDecisions: CarryOut<MayorDecision["do"]> = {
  "start-mayor"(state, { agent: id }, by) {
    const { generation, status, duty } = theAgent(state, id);
    const reason = "somebody wants something of it";
    return [
      ...(duty.cutOff ? goOn(state, id, by) : []),
      { type: "mayor.dispatched", agent: id, generation: generation + 1 },
      { type: "agent.status-changed", agent: id, from: status, to: "working", reason },
    ];
  },
  "ask-mayor-again": (_state, { agent }) => [{ type: "agent.start-asked", agent }],
  "rest-mayor"(state, decision, by) {
    const mayor = theAgent(state, decision.agent);
    const { agent, status, duty } = mayor;
    const unwanted: Change[] = decision.unwanted ? [{ type: "mayor.wanted", agent, wanted: false }] : [];
    if (status === "idle") return unwanted;
    const alarmed = decision.setback && duty.setbacks + 1 === state.town.policy.setbackAlarm;
    return [...endStart(mayor, decision), ...unwanted, ...(alarmed ? alarm(state, mayor, { ...by, ...decision }) : [])];
  },
  "change-model": (_state, { agent, model }) => [{ type: "agent.model-asked", agent, model }],
};

/** What was cut off is gone on with: once told, and only as long as somebody may still wait for it. */
function goOn(state: TownState, agent: string, { actor: source, now }: By): Change[] {
  const open = [...state.nudges.values()].some(
    (n) => n.agent === agent && n.state === "pending" && n.source === source,
  );
  if (open) return [];
  const trace = { correlation: source, traceparent: null };
  const said = { agent, message: cutOffText, mode: "immediate", priority: "normal", source, trace, now } as const;
  return [{ type: "nudge.queued", nudge: newNudge(state, said) }];
}

function alarm(state: TownState, { agent, name, duty }: Agent, by: By & { readonly reason: string }): Change[] {
  const trace = { correlation: by.actor, traceparent: null };
  const title = `The ${name} does not get to work`;
  const body = `${duty.setbacks + 1} starts of ${agent} in a row came to nothing; the last one: ${by.reason}. What is to be said to it is kept, and it is tried again after each cool-down. Look at the containers of the town and at its model.`;
  return escalate(state, { rig: null, bead: agent, trace }, { title, body, ...by });
}
