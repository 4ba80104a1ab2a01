import { isEnded, isIn, isLive } from "./state.ts";
import type { AgentState, NudgeWish, TownState } from "./state.ts";
import type { Decided } from "./wished.ts";

/** What a message says about a nudge that is to be said. */
export type AskedNudge = Omit<NudgeWish, "askedAt" | "asks" | "givenAt">;

/** The start is, or may be, in the town's container, whose host can be asked about it. */
export function isHere(state: TownState, { agent, generation }: { agent: string; generation: number }): boolean {
  const known = state.agents.get(agent);
  return known?.generation === generation && isLive(known) && isIn(known, state.container);
}

/** Why a start of an agent can be told nothing (any more): `unknown` when there is no such start. Null while it can. */
export function unreachable(
  state: TownState,
  { agent, generation }: { agent: string; generation: number },
): { unknown: boolean; reason: string } | null {
  const known = state.agents.get(agent);
  const wished = state.wishes.get(agent)?.generation ?? 0;
  const newest = Math.max(known?.generation ?? 0, wished);
  if (newest < generation) return { unknown: true, reason: `start ${generation} of ${agent} is not known` };
  if (newest > generation) return { unknown: false, reason: "a newer start took its place" };
  return wished === generation || known === undefined ? null : endOf(known);
}

function endOf(known: AgentState): { unknown: boolean; reason: string } | null {
  if (isLive(known)) return null;
  return { unknown: false, reason: `it does not run any more (${isEnded(known) ? known.reason : "not wished"})` };
}

/** The nudge is to be said, once. A start that does not run any more is not waited for; what it was given it was given. */
export function nudgeWished(state: TownState, asked: AskedNudge): Decided {
  if (isGiven(state, asked.nudge)) return { state };
  const why = unreachable(state, asked);
  if (why !== null) {
    return why.unknown
      ? { terminal: "agent_not_found", message: why.reason }
      : { refused: "stale", message: why.reason };
  }
  if (state.nudges.has(asked.nudge)) return { state };
  return { state: withNudge(state, { ...asked, askedAt: null, asks: 0, givenAt: null }) };
}

/** The agent was given it. */
export function isGiven(state: TownState, nudge: string): boolean {
  return (state.nudges.get(nudge)?.givenAt ?? null) !== null;
}

/** The host is asked to say it. Null when that is not wished any more. */
export function nudgeAsked(state: TownState, nudge: string, now: number): TownState | null {
  const wish = state.nudges.get(nudge);
  return wish === undefined ? null : withNudge(state, { ...wish, askedAt: now, asks: wish.asks + 1 });
}

/** The host has said it. Null when that is known, or not wished any more. */
export function nudgeGiven(state: TownState, nudge: string, now: number): TownState | null {
  const wish = state.nudges.get(nudge);
  return wish === undefined || wish.givenAt !== null ? null : withNudge(state, { ...wish, givenAt: now });
}

/** A nudge that will not be said, and why. */
export interface FailedNudge {
  readonly nudge: NudgeWish;
  readonly reason: string;
}

/** Nudges for starts that do not run any more have failed, each told once; those that were said are forgotten at the next start. */
export function giveUpNudges(state: TownState): { state: TownState; failed: readonly FailedNudge[] } {
  const over = [...state.nudges.values()].flatMap((nudge) => {
    const why = unreachable(state, nudge);
    const kept = why === null || (nudge.givenAt !== null && !isSuperseded(state, nudge));
    return kept ? [] : [{ nudge, reason: why.reason }];
  });
  if (over.length === 0) return { state, failed: [] };
  const nudges = new Map(state.nudges);
  for (const { nudge } of over) nudges.delete(nudge.nudge);
  return { state: { ...state, nudges }, failed: over.filter(({ nudge }) => nudge.givenAt === null) };
}

function isSuperseded({ agents }: TownState, { agent, generation }: NudgeWish): boolean {
  return (agents.get(agent)?.generation ?? 0) > generation;
}

/** The hosts of these agents may be asked again at once: what they were asked to say later may have been said now. */
export function nudgesAskable(state: TownState, agents: readonly string[]): TownState {
  let after = state;
  for (const nudge of state.nudges.values()) {
    if (nudge.askedAt === null || nudge.givenAt !== null || !agents.includes(nudge.agent)) continue;
    after = withNudge(after, { ...nudge, askedAt: null });
  }
  return after;
}

function withNudge(state: TownState, nudge: NudgeWish): TownState {
  return { ...state, nudges: new Map(state.nudges).set(nudge.nudge, nudge) };
}
