/** Where work for the bead is that would have been lost stands in its history. */
import { reportRescue as command } from "@gastown/contracts";
import { applied, defineInput, notFound } from "../input.ts";

export const reportRescue = defineInput({
  command,
  needs: ({ bead }) => ({ beads: [bead] }),
  decide(state, rescued) {
    if (!state.beads.has(rescued.bead)) return notFound("bead_not_found", `there is no bead ${rescued.bead}`);
    return applied([{ type: "work.rescued", ...rescued }]);
  },
});
