/** There is a new open bead with the town's next number. */
import { createBead as command } from "@gastown/contracts";
import { distinct, refuseDependencies } from "../dependencies.ts";
import { applied, defineInput, notFound } from "../input.ts";
import { newIssue } from "../new-bead.ts";

export const createBead = defineInput({
  command,
  needs: (data) => ({ rigs: [data.rig], beads: data.dependsOn }),
  decide(state, data, { now, actor, trace }) {
    if (!state.rigs.has(data.rig)) return notFound("rig_not_found", `there is no rig ${data.rig} in this town`);
    const dependsOn = distinct(data.dependsOn);
    const refusal = refuseDependencies(state, dependsOn);
    if (refusal !== null) return refusal;
    const blocked = dependsOn.some((id) => state.beads.get(id)?.status !== "closed");
    const bead = newIssue(state, { ...data, dependsOn, blocked, now, actor, trace });
    return applied([{ type: "bead.created", bead }], { bead: bead.bead });
  },
});
