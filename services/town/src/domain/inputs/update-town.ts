/** The town has the given name, settings and policy numbers; those not given are as before. */
import { updateTown as command } from "@gastown/contracts";
import { differing } from "../differing.ts";
import { applied, defineInput } from "../input.ts";
import { changedSettings, mergeOverride } from "../settings.ts";

export const updateTown = defineInput({
  command,
  needs: () => ({}),
  decide({ town }, data) {
    const { name, policy } = data;
    const policyOverride = policy === undefined ? undefined : mergeOverride(town.policyOverride, policy);
    const changed = differing(town, { ...changedSettings(town, data), name, policyOverride });
    return applied(Object.keys(changed).length === 0 ? [] : [{ type: "town.updated", changed }]);
  },
});
