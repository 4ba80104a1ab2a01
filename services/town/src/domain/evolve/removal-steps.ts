import type { Bead } from "../bead.ts";
import type { RemovalChange } from "../changes/removal-change.ts";
import type { TownState } from "../state.ts";
import { dropped, type Steps } from "./steps.ts";

export const removalSteps: Steps<RemovalChange["type"]> = {
  "rig.updated": (state, { rig: id, changed }) => {
    const rig = state.rigs.get(id);
    if (rig === undefined) throw new Error(`rig ${id} was not loaded`);
    return { ...state, rigs: new Map(state.rigs).set(id, { ...rig, ...changed }) };
  },
  "rig.removed": (state, { rig }) => ({ ...state, rigs: dropped(state.rigs, rig) }),
  "bead.deleted": (state, { bead }) => ({
    ...state,
    beads: new Map(
      Array.from(dropped(state.beads, bead), ([id, other]): [string, Bead] => [id, withoutReference(other, bead)]),
    ),
    agents: dropped(state.agents, bead),
  }),
  "nudge.deleted": (state, { nudge }) => ({ ...state, nudges: dropped(state.nudges, nudge) }),
  // The rows go with the save; there is no state of a town that does not exist.
  "town.deleted": (state): TownState => state,
};

/** Another bead, no longer naming the one that is gone. */
function withoutReference(bead: Bead, gone: string): Bead {
  if (bead.type === "issue" && bead.dependsOn.includes(gone)) {
    return { ...bead, dependsOn: bead.dependsOn.filter((id) => id !== gone) };
  }
  if (bead.type === "convoy" && bead.members.includes(gone)) {
    return { ...bead, members: bead.members.filter((id) => id !== gone) };
  }
  return bead;
}
