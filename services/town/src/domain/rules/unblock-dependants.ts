/** A bead whose blockers are all closed is known to be unblocked. */
import { liveIssues } from "../live.ts";
import { takeNotes, type Rule } from "../rule.ts";
import { blockersOf } from "../state.ts";

export const unblockDependants: Rule = {
  name: "unblock-dependants",
  look(snapshot) {
    const notes = takeNotes();
    for (const issue of liveIssues(snapshot)) {
      if (issue.blocked && blockersOf(snapshot, issue).length === 0) notes.decide({ do: "unblock", bead: issue.bead });
    }
    return notes.findings();
  },
};
