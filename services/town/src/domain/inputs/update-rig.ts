/** The rig sets what it is given for itself; what is not given stays, and `policy: null` leaves all numbers to the town. */
import { updateRig as command, type DataOf } from "@gastown/contracts";
import { differing } from "../differing.ts";
import { applied, defineInput, notFound } from "../input.ts";
import type { Rig } from "../rig.ts";
import { changedSettings, mergeOverride } from "../settings.ts";

export const updateRig = defineInput({
  command,
  needs: (data) => ({ rigs: [data.rig] }),
  decide(state, data) {
    const rig = state.rigs.get(data.rig);
    if (rig === undefined) return notFound("rig_not_found", `there is no rig ${data.rig} in this town`);
    const { check, requiredApprovals } = data;
    const given = { ...changedSettings(rig, data), policyOverride: policyAfter(rig, data), check, requiredApprovals };
    const changed = differing(rig, given);
    return applied(Object.keys(changed).length === 0 ? [] : [{ type: "rig.updated", rig: rig.rig, changed }]);
  },
});

function policyAfter({ policyOverride }: Rig, { policy }: DataOf<typeof command>): Rig["policyOverride"] | undefined {
  if (policy === undefined) return undefined;
  return policy === null ? {} : mergeOverride(policyOverride, policy);
}
