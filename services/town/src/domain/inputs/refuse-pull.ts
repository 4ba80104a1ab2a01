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
    const changes =
      ended(state, bead, data) ?? goneBack(state, bead, data) ?? parked(state, bead, { ...data, ...context });
    return applied(changes);
  },
});

type Told = DataOf<typeof command>;

/** The forge was asked to tell of it, and has not. */
function isAsked(bead: MergeRequest): boolean {
  return !isEnded(bead) && (bead.request.pull === null || bead.request.awaitsReport);
}

/** A landing of nothing is done, and what cannot be adopted has failed; null for all else. */
function ended(state: TownState, request: MergeRequest, { code, reason }: Told): Change[] | null {
  const { bead, status } = request;
  if (code === nothingToMerge && landedBy(state, request) !== undefined) {
    return [{ type: "bead.status-changed", bead, from: status, to: "closed", reason }];
  }
  const unknown = request.request.adopts !== null && request.request.pull === null;
  return unknown ? [failRequest(request, { code, message: reason })] : null;
}

/**
 * The work is open again when what was handed in is not there: its author pushes it or does it anew. Null when it is there, or
 * when there is no author who may be asked once more (W22).
 */
function goneBack(state: TownState, { bead, rig, request }: MergeRequest, told: Told): Change[] | null {
  const source = issueOf(state, request.source);
  if (told.code !== branchMissing || source?.status !== "in_review") return null;
  if (source.reworkRounds >= policyIn(state, rig).maxReworkRounds) return null;
  const why = told.reason;
  const round = source.reworkRounds + 1;
  const reason = "what was handed in was not pushed";
  const feedback = `Round ${round}: ${why} Push your work on ${request.branch} and hand it in again.`;
  return [
    { type: "rework.requested", bead: source.bead, request: bead, round, reason, feedback, head: null },
    { type: "bead.status-changed", bead: source.bead, from: source.status, to: "open", reason },
  ];
}

/** It waits for a person, who was told why, once. */
function parked(state: TownState, request: MergeRequest, told: Told & Context): Change[] {
  const { bead, code, reason, actor, now } = told;
  const { source, stuck: before } = request.request;
  if (before?.code === code && before.message === reason) return [];
  const title = `the forge refuses ${source === null ? bead : `${bead}, the merge request of ${source}`}`;
  const body = `${reason} (${code}). Put it right and sling ${bead}, and the forge is asked again.`;
  const stuck: Change = { type: "request.stuck", bead, code, reason, head: null };
  return [stuck, ...escalate(state, request, { title, body, actor, now })];
}
