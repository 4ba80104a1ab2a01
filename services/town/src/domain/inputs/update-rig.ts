/** The rig sets what it is given for itself; what is not given stays, and `policy: null` leaves all numbers to the town. */
import { updateRig as command, type DataOf } from "@gastown/contracts";
import { differing } from "../differing.ts";
import { applied, defineInput, notFound, refused } from "../input.ts";
import { mergeObstacle } from "../merge-obstacle.ts";
import type { Rig } from "../rig.ts";
import { changedSettings, mergeOverride } from "../settings.ts";

export const updateRig = defineInput({
  command,
  needs: (data) => ({ rigs: [data.rig] }),
  decide(state, data) {
    const rig = state.rigs.get(data.rig);
    if (rig === undefined) return notFound("rig_not_found", `there is no rig ${data.rig} in this town`);
    const obstacle = mergeObstacle(rig.forge, data);
    if (obstacle !== null) return refused("invalid", obstacle);
    const { check, requiredApprovals } = data;
    const own = { policyOverride: policyAfter(rig, data), merge: mergeAfter(rig, data) };
    const given = { ...changedSettings(rig, data), ...own, check, requiredApprovals };
    const changed = differing(rig, given);
    return applied(Object.keys(changed).length === 0 ? [] : [{ type: "rig.updated", rig: rig.rig, changed }]);
  },
});

function policyAfter({ policyOverride }: Rig, { policy }: DataOf<typeof command>): Rig["policyOverride"] | undefined {
  if (policy === undefined) return undefined;
  return policy === null ? {} : mergeOverride(policyOverride, policy);
}

function mergeAfter({ merge: stored }: Rig, { merge }: DataOf<typeof command>): Rig["merge"] | undefined {
  if (merge === undefined) return undefined;
  return merge === null ? {} : withGiven(stored, merge);
}

function withGiven<T extends object>(stored: T, given: T): T {
  const fields = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...stored, ...Object.fromEntries(fields) };
}
