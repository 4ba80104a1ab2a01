/** The forge has every verdict the refinery gave, on the head it is about. */
import { liveRequests } from "../live.ts";
import { takeNotes, type Rule } from "../rule.ts";

export const passOnReview: Rule = {
  name: "pass-on-review",
  look(snapshot) {
    const notes = takeNotes();
    for (const { bead, request } of liveRequests(snapshot)) {
      const given = request.review === "approved" || request.review === "changes_requested";
      if (given && !request.reviewTold && request.pull !== null) notes.decide({ do: "tell-review", bead });
    }
    return notes.findings();
  },
};
