import { policy } from "@gastown/contracts";
import type { Rig } from "../rig.ts";
import type { TownState } from "../state.ts";
import type { Steps } from "./steps.ts";

function withRig(state: TownState, id: string, alter: Partial<Rig>): TownState {
  const rig = state.rigs.get(id);
  if (rig === undefined) throw new Error(`rig ${id} was not loaded`);
  return { ...state, rigs: new Map(state.rigs).set(id, { ...rig, ...alter }) };
}

export const townSteps: Steps<"town.updated" | "rig.added" | "rig.asked" | "rig.reported"> = {
  "town.updated": (state, { changed }) => {
    const policyOverride = changed.policyOverride ?? state.town.policyOverride;
    return { ...state, town: { ...state.town, ...changed, policyOverride, policy: policy.parse(policyOverride) } };
  },
  "rig.added": (state, { rig }) => ({ ...state, rigs: new Map(state.rigs).set(rig.rig, rig) }),
  "rig.asked": (state, { rig }, at) => withRig(state, rig, { askedAt: at }),
  "rig.reported": (state, { rig, to, defaultBranch, cloneUrl, reason }) =>
    withRig(state, rig, {
      state: to,
      stateReason: reason,
      cloneUrl,
      ...(defaultBranch === null ? {} : { defaultBranch }),
    }),
};
