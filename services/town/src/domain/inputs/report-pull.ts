/** The merge request carries the forge's last view of its pull request; a review of another head counts no more. */
import { reportPull as command, type DataOf } from "@gastown/contracts";
import type { Pull, Request } from "../bead.ts";
import type { Change } from "../change.ts";
import { applied, defineInput, notFound, refused } from "../input.ts";
import { mergeRequestOf } from "../state.ts";

export const reportPull = defineInput({
  command,
  needs: (data) => ({ beads: [data.bead] }),
  decide(state, data) {
    const bead = mergeRequestOf(state, data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no merge request ${data.bead}`);
    const { request } = bead;
    if (request.pull !== null && (request.pull.number !== data.number || data.revision <= request.pull.revision)) {
      return refused("stale", `pull request ${request.pull.number} is known in revision ${request.pull.revision}`);
    }
    const pull = pullOf(data);
    const current = isCurrent(request, pull);
    return applied([
      { type: "pull.reported", bead: bead.bead, pull, current },
      ...(current ? outdated(bead.bead, request, pull) : []),
    ]);
  },
});

function pullOf(data: DataOf<typeof command>): Pull {
  const { bead: _bead, rig: _rig, branch: _branch, base: _base, ...pull } = data;
  return pull;
}

/** A report may have been on its way while new work was handed in: then it is about the head that came back. */
function isCurrent(request: Request, pull: Pull): boolean {
  return !request.awaitsReport || pull.head === request.head || pull.head !== request.reworkedHead;
}

function outdated(bead: string, request: Request, pull: Pull): Change[] {
  const reviewed = request.review === "approved" || request.review === "changes_requested";
  if (!reviewed || request.reviewHead === pull.head) return [];
  return [
    { type: "review.withdrawn", bead, reason: `${request.reviewHead} was read, but the head is ${pull.head} now` },
  ];
}
