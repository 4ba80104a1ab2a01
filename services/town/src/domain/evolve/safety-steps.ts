import type { SafetyChange } from "../changes/safety-change.ts";
import { noSpent } from "../spent.ts";
import type { TownState } from "../state.ts";
import type { Town } from "../town.ts";
import { withBead, withWork, type Steps } from "./steps.ts";

/** More than any breaker counts; older ones say nothing new. */
const maxFailures = 1000;

export const safetySteps: Steps<SafetyChange["type"]> = {
  "town.stopped": (state, { by, reason }, at) => withTown(state, { stopped: { at, by, reason } }),
  "town.thawed": (state) => withTown(state, { stopped: null, failures: [] }),
  "town.roused": (state) => state,
  // What it waits for now is for people to say; once they have, it waits no longer.
  "attempt.forgiven": (state, { bead }) =>
    withWork(state, bead, (b) => ({ ...b, attempts: Math.max(0, b.attempts - 1), lastDispatchAt: null })),
  "attempt.failed": (state, { rig }, at) => {
    const begin = at - state.town.policy.breakerWindowMs;
    const recent = state.town.failures.filter((failure) => failure.at > begin);
    return withTown(state, { failures: [...recent, { rig, at }].slice(-maxFailures) });
  },
  "breaker.opened": (state, { rig }) => withTown(state, { open: [...state.town.open, rig] }),
  "breaker.closed": (state, { rig }) => withTown(state, { open: state.town.open.filter((open) => open !== rig) }),
  "budget.exceeded": (state, { scope, id }) => withTold(state, { scope, id, told: true }),
  "budget.restored": (state, { scope, id }) => withTold(state, { scope, id, told: false }),
  "budget.period-began": (state, _change, at) => withTown(state, { spent: noSpent, spentSince: at, budgetTold: false }),
};

function withTown(state: TownState, changed: Partial<Town>): TownState {
  return { ...state, town: { ...state.town, ...changed } };
}

function withTold(
  state: TownState,
  { scope, id, told }: { scope: "bead" | "convoy" | "town"; id: string; told: boolean },
): TownState {
  if (scope === "town") return withTown(state, { budgetTold: told });
  return withBead(state, id, (b) => ("budgetTold" in b ? { ...b, budgetTold: told } : b));
}
