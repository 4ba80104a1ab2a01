import type { Policy, Spent } from "@gastown/contracts";
import { neverRan, type Agent } from "./agent.ts";
import type { Convoy, Work } from "./bead.ts";
import { isWork } from "./bead.ts";
import { addSpent, noSpent } from "./spent.ts";
import { issueOf, type TownState } from "./state.ts";
import { waitText } from "./time.ts";

/** Whose budget it is: one bead's, that of all beads of a convoy, or the town's in one period (R19). */
export type BudgetScope = "bead" | "convoy" | "town";

const names = {
  bead: {
    dispatches: "budgetBeadDispatches",
    agentMs: "budgetBeadAgentMs",
    tokens: "budgetBeadTokens",
    microUsd: "budgetBeadMicroUsd",
  },
  convoy: {
    dispatches: "budgetConvoyDispatches",
    agentMs: "budgetConvoyAgentMs",
    tokens: "budgetConvoyTokens",
    microUsd: "budgetConvoyMicroUsd",
  },
  town: {
    dispatches: "budgetTownDispatches",
    agentMs: "budgetTownAgentMs",
    tokens: "budgetTownTokens",
    microUsd: "budgetTownMicroUsd",
  },
} as const satisfies Record<BudgetScope, Record<keyof Spent, keyof Policy>>;

/** A field of the policy that limits what may be used. */
export type BudgetName = (typeof names)[BudgetScope][keyof Spent];

/** What was used of a budget so far. */
export interface Account {
  readonly scope: BudgetScope;
  /** The bead or convoy; null for the town. */
  readonly bead: string | null;
  readonly spent: Spent;
  /** Since when each agent at work for it works: that time is not in `spent` yet. */
  readonly since: readonly number[];
}

/** A budget that is used up. */
export interface UsedUp {
  readonly account: Account;
  readonly of: keyof Spent;
  readonly budget: BudgetName;
  readonly limit: number;
}

/** The account of one bead. */
export function beadAccount(state: TownState, { bead, spent }: Work): Account {
  const timed = state.town.policy.budgetBeadAgentMs !== null;
  return { scope: "bead", bead, spent, since: timed ? workingSince(state, (agent) => agent.workedOn === bead) : [] };
}

/** The account of a convoy: what its beads have used, those that have ended included. */
export function convoyAccount(state: TownState, { bead, members }: Convoy): Account {
  const beads = members.flatMap((id) => state.beads.get(id) ?? []).filter(isWork);
  const spent = beads.reduce((sum, { spent: one }) => addSpent(sum, one), noSpent);
  const mine = new Set(members);
  const timed = state.town.policy.budgetConvoyAgentMs !== null;
  const since = timed ? workingSince(state, ({ workedOn }) => workedOn !== null && mine.has(workedOn)) : [];
  return { scope: "convoy", bead, spent, since };
}

/** The account of a town in the period that `now` belongs to: empty when the last one is over. */
export function townAccount(state: TownState, now: number): Account {
  const { town } = state;
  const over = now >= periodEnd(state);
  const begin = over ? now : town.spentSince;
  const since = town.policy.budgetTownAgentMs === null ? [] : workingSince(state, () => true);
  return {
    scope: "town",
    bead: null,
    spent: over ? noSpent : town.spent,
    since: since.map((time) => Math.max(time, begin)),
  };
}

/** When the town's budget period is over. */
export function periodEnd({ town }: TownState): number {
  return town.spentSince + town.policy.budgetPeriodMs;
}

/** The convoy that work belongs to: an issue's own, a merge request's by what it hands in. */
export function convoyIdOf(state: TownState, work: Work): string | null {
  if (work.type === "issue") return work.convoy;
  const { source } = work.request;
  if (source === null) return null;
  return state.beads.get(source)?.type === "convoy" ? source : (issueOf(state, source)?.convoy ?? null);
}

/** What has been used of an account at `now`, with the time of those who are at work. */
export function spentAt({ spent, since }: Account, now: number): Spent {
  const running = since.reduce((sum, begin) => sum + Math.max(0, now - begin), 0);
  return { ...spent, agentMs: spent.agentMs + running };
}

/**
 * The first budget of an account that is used up at `now`; null when none is. For work that runs the number of dispatches says
 * nothing: the last one that is allowed may end.
 */
export function usedUp(account: Account, { town }: TownState, at: { now: number; running: boolean }): UsedUp | null {
  const used = spentAt(account, at.now);
  for (const of of kinds) {
    const budget = names[account.scope][of];
    const limit = town.policy[budget];
    if (limit === null || used[of] < limit || (at.running && of === "dispatches")) continue;
    return { account, of, budget, limit };
  }
  return null;
}

const kinds = ["dispatches", "agentMs", "tokens", "microUsd"] as const;

/** When those who are at work will have used up the time that is left; null when they never do. */
export function timeIsUpAt({ scope, spent, since }: Account, { town }: TownState): number | null {
  const limit = town.policy[names[scope].agentMs];
  if (limit === null || since.length === 0) return null;
  const begins = since.reduce((sum, begin) => sum + begin, 0);
  return Math.ceil((limit - spent.agentMs + begins) / since.length);
}

/** `200000 tokens`: an amount for people. */
export function amountText(of: keyof Spent, amount: number): string {
  switch (of) {
    case "dispatches":
      return `${amount} dispatches`;
    case "agentMs":
      return `${waitText(amount)} of agent time`;
    case "tokens":
      return `${amount} tokens`;
    case "microUsd":
      return `$${(amount / 1_000_000).toFixed(2)}`;
  }
}

/** Looks at a hundredth of a convoy's budget at a time: what its other beads have used is not known to who tells. */
const convoySteps = 100;

/**
 * What was used between two states calls for a look: a budget of tokens or money of a bead or the town is used up now and was
 * not before, or a bead of a convoy that has one has used another hundredth of it.
 */
export function usesUp(before: TownState, after: TownState): boolean {
  if (reaches("town", after, { from: before.town.spent, to: after.town.spent })) return true;
  return [...after.beads.values()].filter(isWork).some((work) => {
    const old = before.beads.get(work.bead);
    if (old === undefined || !isWork(old) || old.spent === work.spent) return false;
    const used = { from: old.spent, to: work.spent };
    return reaches("bead", after, used) || (convoyIdOf(after, work) !== null && reaches("convoy", after, used));
  });
}

function reaches(scope: BudgetScope, { town }: TownState, used: { from: Spent; to: Spent }): boolean {
  return (["tokens", "microUsd"] as const).some((of) => {
    const limit = town.policy[names[scope][of]];
    if (limit === null) return false;
    const step = Math.max(1, scope === "convoy" ? Math.floor(limit / convoySteps) : limit);
    const [from, to] = [Math.floor(used.from[of] / step), Math.floor(used.to[of] / step)];
    return scope === "convoy" ? from < to : from < 1 && to >= 1;
  });
}

/** A mayor waits most of the time: it uses tokens, money and dispatches, but no agent time. */
function workingSince(state: TownState, of: (agent: Agent) => boolean): number[] {
  return [...state.agents.values()].flatMap((agent) =>
    agent.role !== "mayor" && agent.dispatchedAt !== null && !neverRan(agent) && of(agent) ? [agent.dispatchedAt] : [],
  );
}
