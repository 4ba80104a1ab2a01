/** What the forge cannot open or follow waits for a person who was told why; an adoption has failed, and a landing of nothing is done. */
import { refusePull as command } from "@gastown/contracts";
import type { MergeRequest } from "../bead.ts";
import type { Change } from "../change.ts";
import { isEnded } from "../bead.ts";
import { escalate, failRequest } from "../endings.ts";
import { applied, defineInput, notFound, refused } from "../input.ts";
import { convoyOf, issueOf, mergeRequestOf, policyIn, type TownState } from "../state.ts";

/** The forge's word for a branch that the base has all of. */
const nothingToMerge = "nothing_to_merge";
/** Its word for a branch that somebody said to have pushed, and nobody has. */
const branchMissing = "branch_missing";

export const refusePull = defineInput({
  command,
  needs: (data) => ({ around: [data.bead] }),
  decide(state, data, { actor, now }) {
    const bead = mergeRequestOf(state, data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no merge request ${data.bead}`);
    const { code, reason } = data;
    const { request } = bead;
    if (isEnded(bead) || (request.pull !== null && !request.awaitsReport)) {
      return refused("stale", `nothing is asked for ${bead.bead} any more`);
    }
    if (isLanding(state, bead) && code === nothingToMerge) {
      return applied([{ type: "bead.status-changed", bead: bead.bead, from: bead.status, to: "closed", reason }]);
    }
    if (request.adopts !== null && request.pull === null)
      return applied([failRequest(bead, { code, message: reason })]);
    if (code === branchMissing && mayGoBack(state, bead)) return applied(sendBack(state, bead, reason));
    if (request.stuck?.code === code && request.stuck.message === reason) return applied([]);
    const whose = request.source === null ? bead.bead : `${bead.bead}, the merge request of ${request.source}`;
    const title = `the forge refuses ${whose}`;
    const body = `${reason} (${code}). Put it right and sling ${bead.bead}, and the forge is asked again.`;
    const stuck = { type: "request.stuck", bead: bead.bead, code, reason, head: null } as const;
    return applied([stuck, ...escalate(state, bead, { title, body, actor, now })]);
  },
});

function isLanding(state: TownState, { request }: MergeRequest): boolean {
  return request.source !== null && convoyOf(state, request.source) !== undefined;
}

/** It has an author who may be asked once more (W22). */
function mayGoBack(state: TownState, { rig, request }: MergeRequest): boolean {
  const source = issueOf(state, request.source);
  return source?.status === "in_review" && source.reworkRounds < policyIn(state, rig).maxReworkRounds;
}

/** The work is open again: what was handed in is not there, so its author pushes it or does it anew. */
function sendBack(state: TownState, { bead, request }: MergeRequest, why: string): Change[] {
  const source = issueOf(state, request.source);
  if (source === undefined) return [];
  const round = source.reworkRounds + 1;
  const reason = "what was handed in was not pushed";
  const feedback = `Round ${round}: ${why} Push your work on ${request.branch} and hand it in again.`;
  return [
    { type: "rework.requested", bead: source.bead, request: bead, round, reason, feedback, head: null },
    { type: "bead.status-changed", bead: source.bead, from: source.status, to: "open", reason },
  ];
}
