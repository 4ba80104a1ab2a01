/** A merge request whose pull request is merged is closed, and so are its work item and all other merge requests of that. */
import { liveRequests } from "../live.ts";
import { takeNotes, type Rule } from "../rule.ts";
import { otherRequests } from "../state.ts";

export const closeMerged: Rule = {
  name: "close-merged",
  look(snapshot) {
    const notes = takeNotes();
    for (const { bead, request } of liveRequests(snapshot)) {
      if (request.pull?.state !== "merged") continue;
      const requests = otherRequests(snapshot, request.source, bead);
      notes.decide({ do: "close-merged", bead, source: request.source, requests });
    }
    return notes.findings();
  },
};
