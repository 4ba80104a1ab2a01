import type { Convoy, Work } from "./bead.ts";
import { isEnded } from "./bead.ts";
import { trippedFor, type Tripped } from "./breaker.ts";
import {
  amountText,
  beadAccount,
  convoyAccount,
  convoyIdOf,
  periodEnd,
  townAccount,
  usedUp,
  type Account,
  type UsedUp,
} from "./budgets.ts";
import type { Explanation } from "./rule.ts";
import { convoyOf, type TownState } from "./state.ts";
import { waitText } from "./time.ts";

/**
 * Why no agent is sent to work, or to read, although nothing is wrong with the work itself: a budget is used up, or a breaker is
 * open. Null when one may be sent. The one place that rules ask before they hook or dispatch anybody.
 */
export function standstillOf(state: TownState, work: Work, now: number): Explanation | null {
  for (const account of accountsOf(state, work, now)) {
    const used = usedUp(account, state, { now, running: false });
    if (used !== null) return { bead: work.bead, ...budgetWords(state, used) };
  }
  const tripped = trippedFor(state, work.rig, now);
  return tripped === null ? null : { bead: work.bead, ...breakerWords(state, tripped) };
}

function accountsOf(state: TownState, work: Work, now: number): Account[] {
  const convoy = liveConvoyOf(state, work);
  const shared = convoy === null ? [] : [convoyAccount(state, convoy)];
  return [beadAccount(state, work), ...shared, townAccount(state, now)];
}

/** A convoy that has ended limits nothing any more. */
function liveConvoyOf(state: TownState, work: Work): Convoy | null {
  const id = convoyIdOf(state, work);
  const convoy = id === null ? undefined : convoyOf(state, id);
  return convoy === undefined || isEnded(convoy) ? null : convoy;
}

type Words = Omit<Explanation, "bead">;

function budgetWords(state: TownState, { account, of, budget, limit }: UsedUp): Words {
  const amount = amountText(of, limit);
  if (account.scope === "bead") {
    const says = `waits for a person: it has used up its budget of ${amount}`;
    return { says, movesWhen: `${budget} is raised, or a person closes it`, until: null };
  }
  if (account.scope === "convoy") {
    const says = `waits for a person: its convoy ${account.bead} has used up its budget of ${amount}`;
    return { says, movesWhen: `${budget} is raised, or a person closes it or its convoy`, until: null };
  }
  // Of nothing, the next period brings no more.
  if (limit === 0) {
    return { says: `waits for a person: the town may use ${amount}`, movesWhen: `${budget} is raised`, until: null };
  }
  const says = `waits {wait} for the next budget period: the town has used up its budget of ${amount}`;
  return { says, movesWhen: `the next period begins, or ${budget} is raised`, until: periodEnd(state) };
}

function breakerWords({ town }: TownState, { rig, failures, closesAt }: Tripped): Words {
  const where = rig === null ? "the town" : `rig ${rig}`;
  const window = waitText(town.policy.breakerWindowMs);
  const says = `waits {wait} for the breaker of ${where}: ${failures} attempts failed in the last ${window}`;
  return { says, movesWhen: "the failed attempts are old, or the town is thawed (gastown thaw)", until: closesAt };
}
