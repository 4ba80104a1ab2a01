/** A work item whose pull request a person closed without a merge has failed (scm §2.1 row 2), and no merge request outlives its work item. */
import { isEnded } from "../bead.ts";
import { liveRequests } from "../live.ts";
import { takeNotes, type Rule } from "../rule.ts";
import { issueOf, otherRequests } from "../state.ts";

export const endAbandoned: Rule = {
  name: "end-abandoned",
  look(snapshot) {
    const notes = takeNotes();
    for (const { bead, request } of liveRequests(snapshot)) {
      if (request.source === null || snapshot.beads.get(request.source)?.type === "convoy") continue;
      const source = issueOf(snapshot, request.source);
      const alone = source === undefined || isEnded(source);
      if (!alone && request.pull?.state !== "closed") continue;
      const requests = otherRequests(snapshot, request.source, bead);
      notes.decide({ do: "end-abandoned", bead, source: request.source, requests });
    }
    return notes.findings();
  },
};
