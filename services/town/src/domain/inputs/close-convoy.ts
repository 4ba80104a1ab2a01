/** The convoy is closed, and so are its live beads and all merge requests of theirs and its own; rules then stop agents and close pull requests. */
import { closeConvoy as command } from "@gastown/contracts";
import type { Bead } from "../bead.ts";
import { isEnded } from "../bead.ts";
import type { Change } from "../change.ts";
import { findConvoy } from "../find-convoy.ts";
import { applied, defineInput } from "../input.ts";
import { liveRequestsFor } from "../state.ts";

export const closeConvoy = defineInput({
  command,
  needs: (data) => ({ convoys: [data.convoy], around: [data.convoy] }),
  decide(state, data, { actor }) {
    const found = findConvoy(state, data.convoy);
    if ("outcome" in found) return found;
    const { convoy } = found;
    if (convoy.status === "closed") return applied([]);
    const by = `closed by ${actor}${data.reason === "" ? "" : `: ${data.reason}`}`;
    const members = convoy.members.flatMap((id) => state.beads.get(id) ?? []).filter((bead) => !isEnded(bead));
    // In one order, however they were loaded: the same command on the same town gives the same changes.
    const requests = [convoy, ...members]
      .flatMap(({ bead }) => liveRequestsFor(state, bead))
      .toSorted((a, b) => a.number - b.number);
    const reason = `convoy ${convoy.bead} was ${by}`;
    return applied([...members, ...requests].map((bead) => close(bead, reason)).concat(close(convoy, by)));
  },
});

function close({ bead, status }: Bead, reason: string): Change {
  return { type: "bead.status-changed", bead, from: status, to: "closed", reason };
}
