import type { Issue } from "../bead.ts";
import type { Explanation } from "../rule.ts";
import { convoyOf, type TownState } from "../state.ts";

/** The branch of its convoy, from which it starts, is not there in its rig (kilo-town §1.7). */
export function featureBranch(state: TownState, { bead, convoy: id, rig }: Issue): Explanation | null {
  const convoy = id === null ? undefined : convoyOf(state, id);
  const landing = convoy?.landings.find((each) => each.rig === rig);
  if (convoy === undefined || landing === undefined || landing.branchState === "ready") return null;
  const what = `branch ${convoy.branch} in rig ${rig}`;
  const says =
    landing.branchState === "failed"
      ? `waits for ${what}, which the forge could not make: ${landing.branchReason ?? "no reason told"}`
      : `waits for the forge to make ${what}`;
  return { bead, says, movesWhen: "the branch is there; the forge is asked again by itself", until: null };
}
