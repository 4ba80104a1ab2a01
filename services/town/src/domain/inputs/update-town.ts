/** The town has the given name, model and policy numbers; those not given are as before. */
import { updateTown as command } from "@gastown/contracts";
import { applied, defineInput } from "../input.ts";
import { mergeOverride } from "../settings.ts";

export const updateTown = defineInput({
  command,
  needs: () => ({}),
  decide(state, data) {
    const changed = {
      ...(data.name === undefined ? {} : { name: data.name }),
      ...(data.model === undefined ? {} : { model: data.model }),
      ...(data.policy === undefined ? {} : { policyOverride: mergeOverride(state.town.policyOverride, data.policy) }),
    };
    return applied(Object.keys(changed).length === 0 ? [] : [{ type: "town.updated", changed }]);
  },
});
