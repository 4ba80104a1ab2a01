import type { TownState } from "./state.ts";

/** Polecats of a rig that have a bead: what `maxPolecatsPerRig` limits. */
export function polecatsAtWork(state: TownState, rig: string | null): number {
  return [...state.agents.values()].filter((a) => a.role === "polecat" && a.rig === rig && a.hook !== null).length;
}
