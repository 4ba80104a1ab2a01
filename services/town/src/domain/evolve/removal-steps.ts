import type { Bead } from "../bead.ts";
import type { RemovalChange } from "../changes/removal-change.ts";
import { withoutBeads } from "../without-beads.ts";
import { dropped, type Steps } from "./steps.ts";

/** `town.deleted` is not here: after it there is no state. */
export const removalSteps: Steps<Exclude<RemovalChange["type"], "town.deleted">> = {
  "rig.updated": (state, { rig: id, changed }) => {
    const rig = state.rigs.get(id);
    if (rig === undefined) throw new Error(`rig ${id} was not loaded`);
    // The forge keeps the check, the approvals and how it merges: it has to be told.
    const { check, requiredApprovals, merge } = changed;
    const told = check === undefined && requiredApprovals === undefined && merge === undefined;
    return {
      ...state,
      rigs: new Map(state.rigs).set(id, { ...rig, ...changed, askedAt: told ? rig.askedAt : null }),
    };
  },
  "rig.removed": (state, { rig }) => {
    const { failures, open } = state.town;
    const town = {
      ...state.town,
      failures: failures.filter((f) => f.rig !== rig),
      open: open.filter((o) => o !== rig),
    };
    const beads = new Map(Array.from(state.beads, ([id, bead]): [string, Bead] => [id, withoutLanding(bead, rig)]));
    return { ...state, town, rigs: dropped(state.rigs, rig), beads };
  },
  "bead.deleted": (state, { bead }) => withoutBeads(state, [bead]),
};

function withoutLanding(bead: Bead, rig: string): Bead {
  if (bead.type !== "convoy" || !bead.landings.some((landing) => landing.rig === rig)) return bead;
  return { ...bead, landings: bead.landings.filter((landing) => landing.rig !== rig) };
}
