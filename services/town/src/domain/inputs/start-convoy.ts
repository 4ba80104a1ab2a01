/** The convoy is not staged any more, and its beads go to work. */
import { startConvoy as command } from "@gastown/contracts";
import { findLiveConvoy } from "../find-convoy.ts";
import { applied, defineInput, refused } from "../input.ts";

export const startConvoy = defineInput({
  command,
  needs: (data) => ({ beads: [data.convoy] }),
  decide(state, data) {
    const found = findLiveConvoy(state, data.convoy);
    if ("outcome" in found) return found;
    const { bead, staged } = found.convoy;
    if (!staged) return refused("wrong_state", `${bead} is not staged: it was started already`);
    return applied([{ type: "convoy.started", bead }], { convoy: bead });
  },
});
