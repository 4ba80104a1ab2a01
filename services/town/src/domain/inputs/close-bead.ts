/** The bead is closed, and so are its merge requests; rules then stop its agent, close its pull request and let its dependants go on. */
import { closeBead as command } from "@gastown/contracts";
import type { Bead } from "../bead.ts";
import type { Change } from "../change.ts";
import { applied, defineInput, notFound, refused, type Decided } from "../input.ts";
import { liveRequestsFor } from "../state.ts";

export const closeBead = defineInput({
  command,
  needs: (data) => ({ around: [data.bead] }),
  decide(state, data, { actor }) {
    const bead = state.beads.get(data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no bead ${data.bead}`);
    const refusal = refuseType(bead);
    if (refusal !== null) return refusal;
    if (bead.status === "closed") return applied([]);
    const reason = `closed by ${actor}${data.reason === "" ? "" : `: ${data.reason}`}`;
    const requests = liveRequestsFor(state, bead.bead);
    return applied([close(bead, reason), ...requests.map((r) => close(r, `${bead.bead} was ${reason}`))]);
  },
});

function refuseType(bead: Bead): Decided | null {
  if (bead.type === "agent") return refused("wrong_state", `${bead.bead} is an agent, not work that can be closed`);
  if (bead.type !== "merge_request" || bead.status === "closed") return null;
  const { source } = bead.request;
  return refused("wrong_state", `${bead.bead} is the merge request of ${source}; close ${source}, that closes both`);
}

function close(bead: Bead, reason: string): Change {
  return { type: "bead.status-changed", bead: bead.bead, from: bead.status, to: "closed", reason };
}
