/** A merge request whose pull request is merged is closed, and so are its work item and all other merge requests of that. */
import { liveRequests } from "../live.ts";
import { takeNotes, type Rule } from "../rule.ts";
import { otherRequests } from "../state.ts";

/** Kilo-town §2.3 "completing a review": it counts at once whoever merged it, also while it waits for people (W5). */
export const closeMerged: Rule = {
  name: "close-merged",
  whileStopped: true,
  look(snapshot) {
    const notes = takeNotes();
    for (const request of liveRequests(snapshot)) {
      if (request.request.pull?.state !== "merged") continue;
      const requests = otherRequests(snapshot, request);
      notes.decide({ do: "close-merged", bead: request.bead, source: request.request.source, requests });
    }
    return notes.findings();
  },
};
