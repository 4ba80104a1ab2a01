import { isEnded } from "./state.ts";
import type { NudgeWish, TownState } from "./state.ts";
import type { Decided } from "./wished.ts";

/** What a message says about a nudge that is to be said. */
export type AskedNudge = Omit<NudgeWish, "askedAt" | "asks">;

/** Why a start of an agent can be told nothing (any more): `unknown` when there is no such start. Null while it can. */
export function unreachable(
  state: TownState,
  { agent, generation }: { agent: string; generation: number },
): { unknown: boolean; reason: string } | null {
  const known = state.agents.get(agent);
  const newest = Math.max(known?.generation ?? 0, state.wishes.get(agent)?.generation ?? 0);
  if (newest < generation) return { unknown: true, reason: `start ${generation} of ${agent} is not known` };
  if (newest > generation) return { unknown: false, reason: "a newer start took its place" };
  if (known?.generation !== generation || !isEnded(known)) return null;
  return { unknown: false, reason: `it does not run any more (${known.reason})` };
}

/** The nudge is to be said; the same nudge twice is one. A start that does not run any more is not waited for. */
export function nudgeWished(state: TownState, asked: AskedNudge): Decided {
  const why = unreachable(state, asked);
  if (why !== null) {
    return why.unknown
      ? { terminal: "agent_not_found", message: why.reason }
      : { refused: "stale", message: why.reason };
  }
  if (state.nudges.has(asked.nudge)) return { state };
  return { state: withNudge(state, { ...asked, askedAt: null, asks: 0 }) };
}

/** The host is asked to say it. Null when that is not wished any more. */
export function nudgeAsked(state: TownState, nudge: string, now: number): TownState | null {
  const wish = state.nudges.get(nudge);
  return wish === undefined ? null : withNudge(state, { ...wish, askedAt: now, asks: wish.asks + 1 });
}

/** The state in which nothing more is to be done about the nudge. */
export function withoutNudge(state: TownState, nudge: string): TownState {
  if (!state.nudges.has(nudge)) return state;
  const nudges = new Map(state.nudges);
  nudges.delete(nudge);
  return { ...state, nudges };
}

/** A nudge that will not be said, and why. */
export interface FailedNudge {
  readonly nudge: NudgeWish;
  readonly reason: string;
}

/** Nudges for starts that do not run any more have failed, each told once. */
export function giveUpNudges(state: TownState): { state: TownState; failed: readonly FailedNudge[] } {
  const failed: FailedNudge[] = [];
  let after = state;
  for (const nudge of state.nudges.values()) {
    const why = unreachable(state, nudge);
    if (why === null) continue;
    failed.push({ nudge, reason: why.reason });
    after = withoutNudge(after, nudge.nudge);
  }
  return { state: after, failed };
}

/** The hosts of these agents may be asked again at once: what they were asked to say later may have been said now. */
export function nudgesAskable(state: TownState, agents: readonly string[]): TownState {
  let after = state;
  for (const nudge of state.nudges.values()) {
    if (nudge.askedAt === null || !agents.includes(nudge.agent)) continue;
    after = withNudge(after, { ...nudge, askedAt: null });
  }
  return after;
}

function withNudge(state: TownState, nudge: NudgeWish): TownState {
  return { ...state, nudges: new Map(state.nudges).set(nudge.nudge, nudge) };
}
