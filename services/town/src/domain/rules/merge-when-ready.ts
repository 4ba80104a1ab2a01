/** The forge has been asked to merge every pull request that is ready and read, pinned to that head; one that waits for people is left alone. */
import type { PrState } from "@gastown/contracts";
import type { MergeRequest, Pull } from "../bead.ts";
import { liveRequests } from "../live.ts";
import { askAgainAt, takeNotes, type Explanation, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { isHandedIn, policyIn } from "../state.ts";
import { epochMs } from "../time.ts";
import { aboutRequest } from "../waiting.ts";

/**
 * Kilo-town §3.4 R1 and §5.6, as a whitelist: only `ready` is merged, every other and every new state is not (W3, W4). What waits
 * for people has no timer here: nothing is asked, counted or failed until the forge tells of it again (R9, W5).
 */
export const mergeWhenReady: Rule = {
  name: "merge-when-ready",
  look(snapshot, now) {
    const notes = takeNotes();
    for (const bead of liveRequests(snapshot)) {
      const { pull, awaitsReport } = bead.request;
      if (pull === null || awaitsReport || !isHandedIn(snapshot, bead)) continue;
      if (pull.state === "ready") lookAtReady(bead, pull, { snapshot, now, notes });
      else explainState(bead, pull, notes);
    }
    return notes.findings();
  },
};

function lookAtReady(bead: MergeRequest, pull: Pull, at: { snapshot: Snapshot; now: number; notes: Notes }): void {
  const { snapshot, now, notes } = at;
  const { request } = bead;
  const kept = keptBack(bead, pull, snapshot);
  if (kept !== null) {
    const [says, movesWhen] = kept;
    say(bead, notes, { says: `is ready, but ${says}`, movesWhen, until: null });
    return;
  }
  const due = request.mergeAskedHead === pull.head ? askAgainAt(request.mergeAskedAt, snapshot) : 0;
  const delayed = epochMs(pull.since) + policyIn(snapshot, bead.rig).autoMergeDelayMs;
  if (now >= due && now >= delayed) {
    notes.decide({ do: "merge", bead: bead.bead, source: request.source, head: pull.head });
    return;
  }
  const asked = now < due;
  say(bead, notes, {
    says: asked ? "is being merged by the forge (asked again in {wait})" : "is ready and merged in {wait}",
    movesWhen: asked ? "the forge has merged it" : "it has been ready for autoMergeDelayMs",
    until: Math.max(due, delayed),
  });
}

/** What keeps a ready pull request from being merged by itself; null when nothing does. Nobody's refinery reads what was adopted. */
function keptBack({ rig, request }: MergeRequest, { head }: Pull, snapshot: Snapshot): Words | null {
  const { codeReview, autoMerge } = policyIn(snapshot, rig);
  const approved = request.review === "approved" && request.reviewHead === head;
  if (codeReview && request.adopts === null && !approved) {
    return ["was not approved by the refinery yet", "the refinery approves it"];
  }
  return autoMerge ? null : ["autoMerge is off", "a person merges it"];
}

type Words = readonly [says: string, movesWhen: string];

/** What each state waits for. The others are acted on by other rules. */
const waiting: Readonly<Partial<Record<PrState, Words>>> = {
  stale_read: ["waits for the forge to read it again", "the forge has read it again"],
  queued: ["waits in the forge's merge queue", "the queue merges it or lets it go"],
  draft: ["is a draft", "a person marks it ready"],
  checks_pending: ["waits for its checks", "its checks have ended"],
  behind: ["is behind its base branch", "the forge has updated its branch"],
  awaiting_approval: ["waits for approval by a person", "a person approves it"],
  unknown: ["waits for the forge to find out whether it can be merged", "the forge knows"],
  blocked: ["is blocked by the forge", "a person removes what blocks it"],
};

function explainState(bead: MergeRequest, pull: Pull, notes: Notes): void {
  const words = waiting[pull.state];
  if (words === undefined) return;
  const [says, movesWhen] = words;
  const why = pull.causes
    .filter((cause) => cause.state === pull.state && cause.message !== "")
    .map((cause) => cause.message);
  const detail = why.length === 0 ? "" : ` (${why.join("; ")})`;
  say(bead, notes, { says: `${says} since ${pull.since}${detail}`, movesWhen, until: null });
}

function say(bead: MergeRequest, notes: Notes, words: Omit<Explanation, "bead">): void {
  for (const explanation of aboutRequest(bead, words)) notes.explain(explanation);
}
