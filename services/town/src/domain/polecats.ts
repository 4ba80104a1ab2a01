import { mayRun, type Agent } from "./agent.ts";
import type { TownState } from "./state.ts";

/**
 * How many polecats of a rig, or of the whole town, have a bead, or a last run that may not have ended yet (a stalled one that is
 * being stopped): what `maxPolecatsPerRig` and `maxPolecatsPerTown` limit (W24, R11).
 */
export function polecatsAtWork(state: TownState, rig?: string | null): number {
  return polecatsOf(state, rig).filter((agent) => agent.hook !== null || mayRun(agent)).length;
}

/** How many of them run, or may: these are never more than the caps allow, whoever hooked them. */
export function polecatsRunning(state: TownState, rig?: string | null): number {
  return polecatsOf(state, rig).filter(mayRun).length;
}

function polecatsOf({ agents }: TownState, rig: string | null | undefined): Agent[] {
  return [...agents.values()].filter((a) => a.role === "polecat" && (rig === undefined || a.rig === rig));
}
