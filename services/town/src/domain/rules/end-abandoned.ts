/** A merge request whose pull request a person closed without a merge has ended (scm §2.1 row 2), its work item has failed with it, and none outlives its source. */
import type { MergeRequest } from "../bead.ts";
import { isEnded } from "../bead.ts";
import { liveRequests } from "../live.ts";
import { takeNotes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { issueOf, otherRequests } from "../state.ts";

/** Kilo-town §2.2 `pr_status_changed`: a closed landing is a failed attempt, a closed pull request of somebody else is just closed. */
export const endAbandoned: Rule = {
  name: "end-abandoned",
  whileStopped: true,
  look(snapshot) {
    const notes = takeNotes();
    for (const request of liveRequests(snapshot)) {
      if (!isAlone(request, snapshot) && request.request.pull?.state !== "closed") continue;
      const { bead } = request;
      const { source } = request.request;
      // The other landings of a convoy are not touched by this one.
      const requests = issueOf(snapshot, source) === undefined ? [] : otherRequests(snapshot, request);
      notes.decide({ do: "end-abandoned", bead, source, requests });
    }
    return notes.findings();
  },
};

/** What it hands in has ended without it, or is gone. */
function isAlone({ request }: MergeRequest, { beads }: Snapshot): boolean {
  if (request.source === null) return false;
  const source = beads.get(request.source);
  return source === undefined || isEnded(source);
}
