/** The bead is closed, and so are its merge requests; rules then stop its agent, close its pull request and let its dependants go on. */
import { closeBead as command } from "@gastown/contracts";
import { waitLeft } from "../approval-wait.ts";
import type { Bead } from "../bead.ts";
import type { Change } from "../change.ts";
import { applied, defineInput, notFound, refused } from "../input.ts";
import { liveRequestsFor } from "../state.ts";
import { takeEscalation } from "../take-escalation.ts";

export const closeBead = defineInput({
  command,
  needs: (data) => ({ around: [data.bead] }),
  decide(state, data, { actor, now }) {
    const bead = state.beads.get(data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no bead ${data.bead}`);
    if (bead.status === "closed") return applied([]);
    const whyNot = endsOtherwise(bead);
    if (whyNot !== null) return refused("wrong_state", `${bead.bead} ${whyNot}`);
    const reason = `closed by ${actor}${data.reason === "" ? "" : `: ${data.reason}`}`;
    if (bead.type === "escalation") return applied(takeEscalation(bead, { actor, note: data.reason, reason }));
    const requests = liveRequestsFor(state, bead.bead);
    // An adopted pull request stays open, but nobody hears of it any more.
    const left = bead.type === "merge_request" ? waitLeft(bead, now) : [];
    return applied([close(bead, reason), ...left, ...requests.map((r) => close(r, `${bead.bead} was ${reason}`))]);
  },
});

/** Why it is not closed by itself but by something else, and what that is; null when it is closed by itself. */
function endsOtherwise(bead: Bead): string | null {
  switch (bead.type) {
    case "agent":
      return "is an agent, not work that can be closed";
    case "convoy":
      return `is a convoy; close it as one, with its beads (gastown convoy close ${bead.bead})`;
    case "molecule":
      return `is the molecule of ${bead.source}; its steps end it, and deleted it holds ${bead.source} back no more`;
    case "merge_request":
      return bead.request.source === null ? null : whoseRequest(bead.request.source);
    case "issue":
      return bead.kind === "step" ? `is a step of ${bead.molecule}; advance the molecule instead` : null;
    case "escalation":
    case "message":
      return null;
  }
}

function whoseRequest(source: string): string {
  return `is the merge request of ${source}; close ${source}, that closes both`;
}

function close(bead: Bead, reason: string): Change {
  return { type: "bead.status-changed", bead: bead.bead, from: bead.status, to: "closed", reason };
}
