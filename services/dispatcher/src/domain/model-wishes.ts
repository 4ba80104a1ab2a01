import { isHere, unreachable } from "./nudged.ts";
import { withModel, withWish } from "./state.ts";
import type { Cause, ModelWish, Time, TownState } from "./state.ts";
import type { Decided } from "./wished.ts";

/** What a message says about a model that a start of an agent shall have. */
export interface AskedModel {
  readonly agent: string;
  readonly generation: number;
  /** Null: the installation's. */
  readonly model: string | null;
  readonly cause: Cause;
}

/**
 * The agent's next turn shall have the model; the newest wish counts. A start that no container was asked for has it in its job, one
 * that runs, or may, is told by the plan, and the mayor that is remembered will have it. A start that has ended is of an agent that has
 * nothing to change, unless it is that mayor.
 */
export function modelWished(state: TownState, asked: AskedModel, now: Time): Decided {
  const why = unreachable(state, asked);
  const remembered = withRememberedModel(state, asked);
  if (why !== null) {
    if (why.unknown) return { terminal: "agent_not_found", message: why.reason };
    return remembered === state ? { refused: "stale", message: why.reason } : { state: remembered };
  }
  const started = withJobModel(remembered, asked);
  if (!isHere(started, asked)) return { state: withoutModel(started, asked.agent) };
  const open = started.models.get(asked.agent);
  if (open !== undefined && open.generation === asked.generation && open.model === asked.model) return { state };
  const wish: ModelWish = { ...asked, wishedAt: now, askedAt: null, asks: 0, name: null, taken: false };
  return { state: withModel(started, wish) };
}

/** Asked for again, a start has it from the beginning. */
function withJobModel(state: TownState, { agent, generation, model }: AskedModel): TownState {
  const wish = state.wishes.get(agent);
  if (wish?.generation !== generation) return state;
  return withWish(state, { ...wish, job: { ...wish.job, model } });
}

/** What is remembered of the mayor says what its next start has; a server that was got ready for another model is replaced. */
function withRememberedModel(state: TownState, { agent, model }: AskedModel): TownState {
  const { mayor } = state;
  if (mayor?.job.agent !== agent || mayor.job.model === model) return state;
  return { ...state, mayor: { job: { ...mayor.job, model }, readyIn: null } };
}

/** The host is asked for it, by the name that its provider knows. Null when that is not wished any more. */
export function modelAsked(
  state: TownState,
  agent: string,
  { name, now }: { name: string; now: Time },
): TownState | null {
  const wish = state.models.get(agent);
  if (wish === undefined || wish.taken) return null;
  return withModel(state, { ...wish, name, askedAt: now, asks: wish.asks + 1 });
}

/** The host sees to it, unless something else is wished by now. What comes of it is told by the host. */
export function modelTaken(state: TownState, asked: ModelWish): TownState | null {
  const wish = state.models.get(asked.agent);
  if (wish === undefined || wish.wishedAt !== asked.wishedAt || wish.model !== asked.model) return null;
  return withModel(state, { ...wish, taken: true });
}

/** What a host tells of a wish for a model. */
export interface ToldModel {
  readonly agent: string;
  readonly generation: number;
  readonly wished: string;
}

/** The host is through with it. `wished` is what was wished of us: null for the installation's model, which the host knows by its name. */
export function modelTold(state: TownState, told: ToldModel): { state: TownState; wished: string | null } {
  const wish = state.models.get(told.agent);
  if (wish?.generation !== told.generation || wish.name !== told.wished) return { state, wished: told.wished };
  return { state: withoutModel(state, told.agent), wished: wish.model };
}

/** A wish for a model that nothing will come of, and why. */
export interface FailedModel {
  readonly wish: ModelWish;
  readonly reason: string;
}

/** Wishes for starts that do not run any more have failed, each told once. */
export function giveUpModels(state: TownState): { state: TownState; failed: readonly FailedModel[] } {
  const failed = [...state.models.values()].flatMap((wish) => {
    const why = unreachable(state, wish);
    return why === null ? [] : [{ wish, reason: why.reason }];
  });
  return { state: failed.reduce((after, { wish }) => withoutModel(after, wish.agent), state), failed };
}

function withoutModel(state: TownState, agent: string): TownState {
  if (!state.models.has(agent)) return state;
  const models = new Map(state.models);
  models.delete(agent);
  return { ...state, models };
}
