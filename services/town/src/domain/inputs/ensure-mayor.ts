/** The town has a mayor, which runs or is about to, unless the town may not run it; what was decided is told (kilo-town §7.1). */
import { ensureMayor as command } from "@gastown/contracts";
import type { Agent } from "../agent.ts";
import type { Change } from "../change.ts";
import { decideMayor, type MayorPlan } from "../decide-mayor.ts";
import { applied, defineInput } from "../input.ts";
import { endStart, holdOf, isInTurn, mayorOf } from "../mayor.ts";
import { newMayor } from "../new-mayor.ts";
import type { TownState } from "../state.ts";

export const ensureMayor = defineInput({
  command,
  needs: () => ({ agents: "all" }),
  decide(state, { seen }, context) {
    const known = mayorOf(state);
    const held = holdOf(state, { now: context.now, running: false }) !== null;
    const plan = decideMayor({ mayor: known, seen, held });
    const made = known === undefined ? newMayor(state, context) : { agent: known.agent, changes: [] };
    const { agent } = made;
    const { status } = plan;
    const decisions = [...plan.decisions];
    const wanted = known === undefined ? want(agent, plan) : startAgain(state, known, plan);
    const changes = [...made.changes, ...wanted, { type: "mayor.ensured", agent, decisions, status } as const];
    return applied(changes, { agent, decisions, status });
  },
});

function want(agent: string, { start }: MayorPlan): Change[] {
  return start ? [{ type: "mayor.wanted", agent, wanted: true }] : [];
}

function startAgain({ town: { policy } }: TownState, mayor: Agent, plan: MayorPlan): Change[] {
  const { wantedAt, setbacks } = mayor.duty;
  const reason = "it does not answer any more";
  const cutOff = isInTurn(mayor);
  const over =
    plan.over && mayor.status !== "idle" ? endStart(mayor, { reason, lost: true, setback: false, cutOff }) : [];
  // Asked again and again it is wanted once, until it was given up.
  const known = wantedAt !== null && setbacks < policy.setbackAlarm;
  return [...over, ...(known ? [] : want(mayor.agent, plan))];
}
