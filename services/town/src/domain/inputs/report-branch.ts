/** The convoy knows whether its feature branch is there in that rig; people are told when it cannot be made. */
import { reportBranch as command, type DataOf } from "@gastown/contracts";
import type { Convoy } from "../bead.ts";
import type { Change } from "../change.ts";
import { convoyOfBranch } from "../convoy-branch.ts";
import { escalate } from "../endings.ts";
import { applied, defineInput, notFound, refused, type Context, type Decided } from "../input.ts";
import { convoyOf, type TownState } from "../state.ts";

export const reportBranch = defineInput({
  command,
  needs: ({ branch }) => ({ beads: [convoyOfBranch(branch)].filter((id) => id !== null) }),
  decide(state, data, context) {
    const { rig, branch, state: told } = data;
    const convoy = convoyOf(state, convoyOfBranch(branch) ?? "");
    const landing = convoy?.landings.find((each) => each.rig === rig);
    if (convoy?.branch !== branch || landing === undefined) {
      return notFound("convoy_not_found", `no convoy gathers its work on ${branch} in rig ${rig}`);
    }
    const known = landing.branchState;
    if (known === "ready" || convoy.status !== "open") return notNeeded(data, known);
    const reported: Change = { type: "branch.reported", bead: convoy.bead, rig, state: told, reason: data.reason };
    const isNews = told === "failed" && known === "none";
    return applied(isNews ? [reported, ...alarm(state, convoy, { ...data, ...context })] : [reported]);
  },
});

/** A branch that was there once is not lost by a later answer to an older question (W30). */
function notNeeded({ branch, rig, state }: DataOf<typeof command>, known: string): Decided {
  return state === known ? applied([]) : refused("stale", `${branch} needs not be made in ${rig} any more`);
}

function alarm(
  state: TownState,
  convoy: Convoy,
  { rig, branch, reason, actor, now }: DataOf<typeof command> & Context,
): Change[] {
  const title = `branch ${branch} cannot be made in rig ${rig}`;
  const body = `${reason ?? "no reason was told"}. The beads of convoy ${convoy.bead} in that rig wait for it; the forge is asked again by itself.`;
  return escalate(state, convoy, { title, body, actor, now });
}
