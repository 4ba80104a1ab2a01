import type { Job } from "@gastown/contracts";
import type { Planning } from "./planning.ts";
import { containerName, isLive } from "./state.ts";
import type { TownState } from "./state.ts";

/** A mayor is remembered by its newest start: what its next one is going to be like. Of anybody else nothing is. */
export function withMayorOf(state: TownState, job: Job): TownState {
  if (job.role !== "mayor") return state;
  return { ...state, mayor: { job, readyIn: null } };
}

/** The container is getting the mayor ready for its next start, as it is remembered now. */
export function mayorGotReady(state: TownState, container: string): TownState {
  return state.mayor === null ? state : { ...state, mayor: { ...state.mayor, readyIn: container } };
}

/** What was got ready is used by the mayor's start: after that one it is to be got ready anew. */
export function mayorStarts(state: TownState, agent: string): TownState {
  return state.mayor?.job.agent === agent ? { ...state, mayor: { ...state.mayor, readyIn: null } } : state;
}

/**
 * A container that runs gets the town's mayor ready when that does not run: it was changed since, it has ended there, or the container
 * knows nothing of it (kilo-container-api §3). Not after it was stopped there: who stops a town wants nothing to run.
 */
export function planMayor({ state, seen, limits, actions }: Planning): void {
  const { mayor, container } = state;
  if (mayor === null || !limits.starts || seen.status?.draining !== false || container.state !== "running") return;
  const name = containerName(container.town, container.generation);
  if (state.wishes.has(mayor.job.agent) || isBusyWith(state, mayor.job.agent, name)) return;
  if (mayor.readyIn !== name) actions.push({ kind: "prewarm-mayor", container: name });
}

function isBusyWith({ agents }: TownState, agent: string, container: string): boolean {
  const known = agents.get(agent);
  if (known === undefined) return false;
  return isLive(known) || (known.endCause === "stopped" && known.container === container);
}
