import { beadAccount, convoyAccount, spentAt, townAccount, type Account, type BudgetName } from "../budgets.ts";
import { waitText } from "../time.ts";
import type { Change } from "../change.ts";
import type { DecisionOf } from "../decision.ts";
import type { SafetyDecision } from "../decisions/safety-decision.ts";
import { escalate } from "../endings.ts";
import { convoyOf, type TownState } from "../state.ts";
import type { By, CarryOut } from "./carried.ts";
import { theWork } from "./carried.ts";
import { releaseWork } from "./release-work.ts";

export const safetyDecisions: CarryOut<SafetyDecision["do"]> = {
  "call-back"(state, { bead, agent, reason }) {
    const sent = theWork(state, bead).status === "in_progress";
    const released = releaseWork(state, { bead, agent, reason, lost: false, setback: false });
    return [...(sent ? [{ type: "attempt.forgiven", bead } as const] : []), ...released];
  },
  "open-breaker": (state, { rig, failures }, by) => openBreaker(state, { rig, failures }, by),
  "close-breaker": (_state, { rig }) => [{ type: "breaker.closed", rig }],
  "exceed-budget": exceedBudget,
  "restore-budget": (state, { scope, bead }) => [{ type: "budget.restored", scope, id: bead ?? state.town.town }],
  "begin-budget-period": () => [{ type: "budget.period-began" }],
};

function openBreaker(state: TownState, tripped: { rig: string | null; failures: number }, by: By): Change[] {
  const { rig, failures } = tripped;
  const windowMs = state.town.policy.breakerWindowMs;
  const where = rig === null ? "the town" : `rig ${rig}`;
  const title = `Nothing is dispatched in ${where}: ${failures} attempts failed in ${waitText(windowMs)}`;
  const body = `Dispatch goes on by itself when enough of them are older than that, or after gastown thaw. What runs goes on. The histories of its beads say what became of each attempt.`;
  const trace = (rig === null ? undefined : state.rigs.get(rig)?.trace) ?? noTrace(by);
  return [
    { type: "breaker.opened", rig, failures, windowMs },
    ...escalate(state, { rig, bead: null, trace }, { title, body, ...by }),
  ];
}

function exceedBudget(state: TownState, decision: DecisionOf<"exceed-budget">, by: By): Change[] {
  const { scope, bead, budget, limit } = decision;
  const about = bead === null ? undefined : state.beads.get(bead);
  const spent = spentAt(accountOf(state, decision, by.now), by.now);
  const what = about === undefined ? "The town" : `${about.bead}, ${about.title},`;
  const title = `${what} has used up ${budget} (${limit})`;
  return [
    { type: "budget.exceeded", scope, id: bead ?? state.town.town, budget, limit, spent },
    ...escalate(state, about ?? { rig: null, bead: null, trace: noTrace(by) }, {
      title,
      body: adviceOn(budget),
      ...by,
    }),
  ];
}

function adviceOn(budget: BudgetName): string {
  return `Its work is stopped and what was done is saved. It goes on by itself when ${budget} is raised in the town's policy.`;
}

function accountOf(state: TownState, { scope, bead }: DecisionOf<"exceed-budget">, now: number): Account {
  const convoy = scope === "convoy" && bead !== null ? convoyOf(state, bead) : undefined;
  if (convoy !== undefined) return convoyAccount(state, convoy);
  return scope === "bead" && bead !== null ? beadAccount(state, theWork(state, bead)) : townAccount(state, now);
}

/** What is about a town as a whole belongs to the life of no bead. */
function noTrace({ actor }: By) {
  return { correlation: actor, traceparent: null };
}
