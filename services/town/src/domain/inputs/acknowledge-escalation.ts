/** The escalation is taken: it is closed and not raised again. */
import { acknowledgeEscalation as command } from "@gastown/contracts";
import { applied, defineInput, notFound, refused } from "../input.ts";
import { takeEscalation } from "../take-escalation.ts";

export const acknowledgeEscalation = defineInput({
  command,
  needs: (data) => ({ beads: [data.bead] }),
  decide(state, data, { actor }) {
    const bead = state.beads.get(data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no bead ${data.bead}`);
    if (bead.type !== "escalation") {
      return refused("wrong_state", `${bead.bead} is a ${bead.type}; only escalations are acknowledged`);
    }
    return applied(takeEscalation(bead, { actor, note: data.note }), { bead: bead.bead });
  },
});
