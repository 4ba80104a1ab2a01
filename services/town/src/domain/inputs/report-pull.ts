/** The merge request carries the forge's last view of its pull request; a review of another head counts no more. */
import { reportPull as command, type DataOf } from "@gastown/contracts";
import { waitChanges } from "../approval-wait.ts";
import type { MergeRequest, Pull, Request } from "../bead.ts";
import { isEnded } from "../bead.ts";
import type { Change } from "../change.ts";
import { applied, defineInput, notFound, refused, type Decided } from "../input.ts";
import { mergeRequestOf } from "../state.ts";

type Report = DataOf<typeof command>;

export const reportPull = defineInput({
  command,
  needs: (data) => ({ around: [data.bead] }),
  decide(state, data) {
    const bead = mergeRequestOf(state, data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no merge request ${data.bead}`);
    const refusal = refuseLate(bead, data);
    if (refusal !== null) return refusal;
    const { request } = bead;
    const pull = pullOf(data);
    const current = isCurrent(request, pull);
    return applied([
      { type: "pull.reported", bead: bead.bead, pull, current },
      ...adopted(bead, data),
      ...waitChanges(state, bead, pull),
      ...(current ? outdated(bead.bead, request, pull) : []),
    ]);
  },
});

/** Older views change nothing (W30), and an adopted pull request that was let go is nobody's any more. */
function refuseLate(bead: MergeRequest, { number, revision }: Report): Decided | null {
  const { pull, adopts } = bead.request;
  if (adopts !== null && isEnded(bead)) return refused("stale", `${bead.bead} is ${bead.status}: nobody follows it`);
  // A later pull request of the same bead was opened because nobody told us of the end of the one before.
  if (pull === null || number > pull.number || (pull.number === number && revision > pull.revision)) return null;
  return refused("stale", `pull request ${pull.number} is known in revision ${pull.revision}`);
}

function pullOf(data: Report): Pull {
  const { bead: _bead, rig: _rig, branch: _branch, base: _base, ...pull } = data;
  return pull;
}

/** Whoever opened an adopted pull request chose its branches, and may choose another base. */
function adopted({ bead, request }: MergeRequest, { branch, base: target }: Report): Change[] {
  if (request.adopts === null || (request.branch === branch && request.target === target)) return [];
  return [{ type: "adoption.told", bead, branch, target }];
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
