/** The rig is gone with all its beads and agents; one with work that has not ended is left as it is unless that is forced. */
import { removeRig as command } from "@gastown/contracts";
import { isEnded, isWork } from "../bead.ts";
import { applied, defineInput, notFound, refused } from "../input.ts";
import { removeTrees } from "../remove-trees.ts";

/** As many ids as a person reads. */
const named = 5;

export const removeRig = defineInput({
  command,
  needs: (data) => ({ rigs: [data.rig], treesIn: data.rig }),
  decide(state, { rig, force }, { now }) {
    if (!state.rigs.has(rig)) return notFound("rig_not_found", `there is no rig ${rig} in this town`);
    const beads = [...state.beads.values()].filter((bead) => bead.rig === rig).toSorted((a, b) => a.number - b.number);
    const live = beads.filter((bead) => isWork(bead) && !isEnded(bead)).map(({ bead }) => bead);
    if (live.length > 0 && !force) {
      const ids = `${live.slice(0, named).join(", ")}${live.length > named ? ", …" : ""}`;
      const message = `rig ${rig} has live work (${live.length}: ${ids}); close or delete it first, or remove the rig with force`;
      return refused("wrong_state", message);
    }
    const roots = beads.map(({ bead }) => bead);
    const { changes, deleted } = removeTrees(state, roots, now);
    return applied([...changes, { type: "rig.removed", rig }], { rig, deleted: deleted.length });
  },
});
