import type { Job, VerdictCode } from "@gastown/contracts";
import { withMayorOf } from "./remembered-mayor.ts";
import { isEnded, isLive, notAsked, wishedStop, withAgent, withEnded, withoutWish, withWish } from "./state.ts";
import type { AgentState, Cause, Time, TownState } from "./state.ts";

/**
 * What a message does to a town's state; `terminal` when what it is about does not exist. `again` names an agent whose end is told
 * once more although nothing changed: who asks about an ended start has not heard of its end.
 */
export type Decided =
  | { state: TownState; again?: string }
  | { refused: VerdictCode; message: string; again?: string }
  | { terminal: VerdictCode; message: string; again?: never };

/** Why a start is stopped that nobody said anything else of. */
export const notWished = "not wished any more";

/**
 * The start is wished, unless it is older than what is known, or has ended: a generation is never started a second time.
 * The same start twice is one wish.
 */
export function startWished(state: TownState, wished: { job: Job; cause: Cause }, now: Time): Decided {
  const { agent, generation } = wished.job;
  const known = state.agents.get(agent);
  const wish = state.wishes.get(agent);
  if (generation < Math.max(known?.generation ?? 0, wish?.generation ?? 0)) {
    return { refused: "stale", message: `a newer start of ${agent} is known; ask for a newer generation than that` };
  }
  if (wish?.generation === generation) return { state };
  if (known?.generation === generation) return alreadyKnown(known);
  const { job, cause } = wished;
  const asked = { askedAt: null, refusal: null, refusals: 0 };
  const after = withMayorOf(withOlderUnwished(revived(state), known, now), job);
  return { state: withWish(after, { agent, generation, job, cause, wishedAt: now, ...asked }) };
}

/** An older start that may still run is to be stopped from now on, whether its container can be asked for that or not. */
function withOlderUnwished(state: TownState, known: AgentState | undefined, now: Time): TownState {
  if (known === undefined || !isLive(known) || known.stop !== null) return state;
  return withAgent(state, { ...known, stop: wishedStop(notWished, now) });
}

/** A town that was deleted and is wished for again is a new one of that id. */
function revived(state: TownState): TownState {
  const { container } = state;
  return container.forgottenAt === null ? state : { ...state, container: { ...container, forgottenAt: null } };
}

function alreadyKnown(known: AgentState): Decided {
  const start = `start ${known.generation} of ${known.agent}`;
  if (!isEnded(known)) return { refused: "stale", message: `${start} is being stopped; ask for the next generation` };
  return {
    refused: "stale",
    message: `${start} has ended (${known.reason}); ask for the next generation`,
    again: known.agent,
  };
}

/** What is not wished any more: starts of the agent up to the generation. */
export interface UnwishedStart {
  readonly agent: string;
  readonly generation: number;
  readonly reason: string;
  readonly cause: Cause;
}

/**
 * Starts of the agent up to the generation are not wished any more. One that runs, or may run, is stopped by the plan; one
 * that no container was asked for has ended with this. A start that is unknown can not begin later.
 */
export function stopWished(state: TownState, unwished: UnwishedStart, now: Time): Decided {
  const { agent, generation } = unwished;
  const known = state.agents.get(agent);
  if (known === undefined) return neverStarted(state, unwished, now);
  if (known.generation > generation) {
    return { refused: "stale", message: `a newer start of ${agent} is known; stop that generation` };
  }
  if (isEnded(known) && known.generation === generation) return { state, again: agent };
  if (!isLive(known)) return neverStarted(state, unwished, now);
  const stop = known.stop ?? wishedStop(unwished.reason, now);
  return { state: withAgent(withoutWish(state, agent, generation), { ...known, stop }) };
}

function neverStarted(state: TownState, { agent, generation, cause }: UnwishedStart, now: Time): Decided {
  const wish = state.wishes.get(agent);
  if (wish !== undefined && wish.generation > generation) return { state };
  const start = notAsked({ agent, generation, cause: wish?.cause ?? cause }, now);
  return { state: withEnded(state, start, { state: "exited", reason: "stopped", cause: "stopped", at: now }) };
}
