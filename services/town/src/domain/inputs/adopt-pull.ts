/** There is a merge request without an author for the pull request, and the forge is asked to tell of it. */
import { adoptPull as command } from "@gastown/contracts";
import { applied, defineInput, notFound } from "../input.ts";
import { newAdoption } from "../new-bead.ts";
import { baseBranch } from "../rig.ts";

export const adoptPull = defineInput({
  command,
  needs: (data) => ({ rigs: [data.rig] }),
  decide(state, { rig: id, number }, { now, actor, trace }) {
    const rig = state.rigs.get(id);
    if (rig === undefined) return notFound("rig_not_found", `there is no rig ${id} in this town`);
    const bead = newAdoption(state, { rig: id, number, target: baseBranch(rig), now, actor, trace });
    return applied([{ type: "bead.created", bead }], { bead: bead.bead });
  },
});
