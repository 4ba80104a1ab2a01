/** What the forge cannot open or follow waits for a person who was told why; an adoption has failed, and a landing of nothing is done. */
import { refusePull as command, type DataOf } from "@gastown/contracts";
import type { MergeRequest } from "../bead.ts";
import { isEnded } from "../bead.ts";
import type { Change } from "../change.ts";
import { landedBy } from "../convoys.ts";
import { escalate, failRequest } from "../endings.ts";
import { applied, defineInput, notFound, refused, type Context } from "../input.ts";
import { issueOf, mergeRequestOf, policyIn, type TownState } from "../state.ts";

/** The forge's word for a branch that the base has all of. */
const nothingToMerge = "nothing_to_merge";
/** Its word for a branch that somebody said to have pushed, and nobody has. */
const branchMissing = "branch_missing";

export const refusePull = defineInput({
  command,
  needs: (data) => ({ around: [data.bead] }),
  decide(state, data, context) {
    const bead = mergeRequestOf(state, data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no merge request ${data.bead}`);
    if (!isAsked(bead)) return refused("stale", `nothing is asked for ${bead.bead} any more`);
    const { code, reason } = data;
    if (code === nothingToMerge && landedBy(state, bead) !== undefined) {
      return applied([{ type: "bead.status-changed", bead: bead.bead, from: bead.status, to: "closed", reason }]);
    }
    const { adopts, pull, stuck } = bead.request;
    if (adopts !== null && pull === null) return applied([failRequest(bead, { code, message: reason })]);
    if (code === branchMissing && mayGoBack(state, bead)) return applied(sendBack(state, bead, reason));
    const isNews = stuck?.code !== code || stuck.message !== reason;
    return applied(isNews ? park(state, bead, { ...data, ...context }) : []);
  },
});

/** The forge was asked to tell of it, and has not. */
function isAsked(bead: MergeRequest): boolean {
  return !isEnded(bead) && (bead.request.pull === null || bead.request.awaitsReport);
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

function park(state: TownState, request: MergeRequest, told: DataOf<typeof command> & Context): Change[] {
  const { bead, code, reason, actor, now } = told;
  const { source } = request.request;
  const title = `the forge refuses ${source === null ? bead : `${bead}, the merge request of ${source}`}`;
  const body = `${reason} (${code}). Put it right and sling ${bead}, and the forge is asked again.`;
  const stuck: Change = { type: "request.stuck", bead, code, reason, head: null };
  return [stuck, ...escalate(state, request, { title, body, actor, now })];
}
