/** A repair of a merge request that has ended is closed. */
import { isEnded } from "../bead.ts";
import { liveIssues } from "../live.ts";
import { takeNotes, type Rule } from "../rule.ts";
import { mergeRequestOf } from "../state.ts";

/** Its agent is stopped like that of any bead that was closed; kilo lets it work on (kilo-town §2.6). */
export const endFixup: Rule = {
  name: "end-fixup",
  look(snapshot) {
    const notes = takeNotes();
    for (const { bead, fixup } of liveIssues(snapshot)) {
      if (fixup === null) continue;
      const request = mergeRequestOf(snapshot, fixup.request);
      if (request !== undefined && !isEnded(request)) continue;
      const reason = `${fixup.request} ${request === undefined ? "does not exist any more" : `is ${request.status}`}`;
      notes.decide({ do: "end-fixup", bead, reason });
    }
    return notes.findings();
  },
};
