/** The forge has been asked to close the pull request of every merge request that ended without a merge, unless it was adopted: that one is not ours. */
import { isEnded } from "../bead.ts";
import { askAgainAt, takeNotes, type Rule } from "../rule.ts";

export const closeAbandonedPull: Rule = {
  name: "close-abandoned-pull",
  look(snapshot, now) {
    const notes = takeNotes();
    for (const bead of snapshot.beads.values()) {
      if (bead.type !== "merge_request" || !isEnded(bead) || bead.request.adopts !== null) continue;
      const state = bead.request.pull?.state ?? "closed";
      if (state === "closed" || state === "merged") continue;
      const due = askAgainAt(bead.request.closeAskedAt, snapshot);
      if (now >= due) notes.decide({ do: "close-pull", bead: bead.bead });
      else notes.lookAt(due);
    }
    return notes.findings();
  },
};
