/** There is a new open bead with the town's next number. */
import { createBead as command } from "@gastown/contracts";
import { distinct, refuseDependencies } from "../dependencies.ts";
import { applied, defineInput, notFound, refused } from "../input.ts";
import { refuseLabels } from "../labels.ts";
import { newIssue } from "../new-bead.ts";

export const createBead = defineInput({
  command,
  needs: (data) => ({
    rigs: [data.rig],
    beads: [...data.dependsOn, ...(data.parent === undefined ? [] : [data.parent])],
  }),
  decide(state, data, { now, actor, trace }) {
    if (!state.rigs.has(data.rig)) return notFound("rig_not_found", `there is no rig ${data.rig} in this town`);
    const dependsOn = distinct(data.dependsOn);
    const refusal = refuseLabels(data.labels) ?? refuseDependencies(state, dependsOn);
    if (refusal !== null) return refusal;
    if (data.parent !== undefined && !state.beads.has(data.parent)) {
      return refused("invalid", `parent: there is no bead ${data.parent}`);
    }
    const blocked = dependsOn.some((id) => state.beads.get(id)?.status !== "closed");
    const bead = newIssue(state, { ...data, parent: data.parent ?? null, dependsOn, blocked, now, actor, trace });
    return applied([{ type: "bead.created", bead }], { bead: bead.bead });
  },
});
