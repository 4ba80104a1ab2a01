/** The rig is what the forge says it is: of use, or not and why. */
import { reportRig as command } from "@gastown/contracts";
import { applied, defineInput, notFound } from "../input.ts";

export const reportRig = defineInput({
  command,
  needs: (data) => ({ rigs: [data.rig] }),
  decide(state, data) {
    const rig = state.rigs.get(data.rig);
    if (rig === undefined) return notFound("rig_not_found", `there is no rig ${data.rig} in this town`);
    const { state: to, defaultBranch, cloneUrl, reason } = data;
    const known =
      rig.state === to &&
      rig.stateReason === reason &&
      rig.cloneUrl === cloneUrl &&
      (defaultBranch ?? rig.defaultBranch) === rig.defaultBranch;
    return applied(
      known ? [] : [{ type: "rig.reported", rig: rig.rig, from: rig.state, to, defaultBranch, cloneUrl, reason }],
    );
  },
});
