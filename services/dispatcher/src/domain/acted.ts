import { mayorGotReady, mayorStarts } from "./remembered-mayor.ts";
import { containerName, isLive, notAsked, wishedStop, withAgent, withEnded, withWish } from "./state.ts";
import type { ContainerState, Time, TownState } from "./state.ts";

/** One start of one agent. */
export interface Start {
  readonly agent: string;
  readonly generation: number;
}

/** The container, as one that was started and did not answer yet. */
export function startingContainer(container: ContainerState, generation: number, now: Time): ContainerState {
  return { ...container, generation, state: "starting", reason: "", startedAt: now, seenAt: null, waitsSince: null };
}

/**
 * The town's next container is begun, and told of the town's mayor. Twice is once: null when the generation was begun and is past its start already, or a
 * newer one was, so that there is nothing to start; nor is there while a deleted town is cleared away.
 */
export function containerBegun(state: TownState, generation: number, now: Time): TownState | null {
  const { container } = state;
  if (container.clearing) return null;
  const name = containerName(container.town, generation);
  if (container.generation < generation) {
    return mayorGotReady({ ...state, container: startingContainer(container, generation, now) }, name);
  }
  const again = container.generation === generation && container.state === "starting";
  return again ? mayorGotReady(state, name) : null;
}

/** The town's container is over: its agents are lost once the last reports it sent have had the time to arrive. */
export function containerEnded(state: TownState, reason: string, now: Time): TownState {
  const { container } = state;
  if (container.state === "stopped") return state;
  const failures = container.state === "starting" ? container.failures + 1 : 0;
  return { ...state, container: { ...container, state: "stopped", reason, stoppedAt: now, failures } };
}

/** The wished start has failed before a container was asked for it. Null when it is not wished any more. */
export function startFailed(state: TownState, start: Start & { reason: string }, now: Time): TownState | null {
  const wish = state.wishes.get(start.agent);
  if (wish?.generation !== start.generation) return null;
  return withEnded(state, notAsked(wish, now), { state: "failed", reason: start.reason, cause: null, at: now });
}

/** The container is asked for the wished start: from now on the agent may run there. Null when it should not be asked. */
export function startAsked(state: TownState, start: Start, now: Time): TownState | null {
  const wish = state.wishes.get(start.agent);
  if (wish?.generation !== start.generation || state.container.clearing) return null;
  const known = state.agents.get(start.agent);
  const again = known?.state === "starting" && known.generation === start.generation;
  if (known !== undefined && isLive(known) && !again) return null;
  const name = containerName(state.container.town, state.container.generation);
  const asked = withWish(mayorStarts(state, start.agent), { ...wish, askedAt: now, refusal: null });
  return again ? asked : withAgent(asked, { ...notAsked(wish, now), state: "starting", container: name });
}

/**
 * What came back from the ask for a start: `accepted`, a `refused` that means it does not run there, or `unknown` when no
 * answer came, so that it may.
 */
export type Answer = { outcome: "accepted" } | { outcome: "refused" | "unknown"; reason: string };

/** The container's answer is kept with the wish. A start that it refused takes no place in it. */
export function startAnswered(state: TownState, start: Start, answer: Answer): TownState {
  const wish = state.wishes.get(start.agent);
  if (wish?.generation !== start.generation) return state;
  if (answer.outcome === "accepted") return withWish(state, { ...wish, refusal: null, refusals: 0 });
  const told = withWish(state, { ...wish, refusal: answer.reason, refusals: wish.refusals + 1 });
  const known = state.agents.get(start.agent);
  if (answer.outcome === "unknown" || known?.generation !== start.generation || known.state !== "starting") return told;
  return withAgent(told, { ...known, state: "waiting", container: null });
}

/**
 * The container is asked to stop the start, which goes on to be asked until it has ended. Asked once with force, it stays so; the
 * asks are counted anew then, so that the first ones with force come as soon after each other as the first ones without.
 */
export function stopAsked(state: TownState, ask: Start & { reason: string; force: boolean }, now: Time): TownState {
  const known = state.agents.get(ask.agent);
  if (known?.generation !== ask.generation || !isLive(known)) return state;
  const stop = known.stop ?? wishedStop(ask.reason, now);
  const firstForced = ask.force && stop.forcedAt === null;
  const asks = firstForced ? 1 : stop.asks + 1;
  return withAgent(state, { ...known, stop: { ...stop, askedAt: now, asks, ...(firstForced && { forcedAt: now }) } });
}

/** The container has begun to stop the start. */
export function stopAccepted(state: TownState, stop: Start, now: Time): TownState {
  const known = state.agents.get(stop.agent);
  if (known?.generation !== stop.generation || !isLive(known) || known.state === "stopping") return state;
  return withAgent(state, { ...known, state: "stopping", since: now });
}

/** The town was told that its waiting starts are not lost. */
export function vouched(state: TownState, now: Time): TownState {
  return { ...state, container: { ...state.container, vouchedAt: now } };
}
