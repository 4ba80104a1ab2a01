/** An escalation nobody took has been raised a step for every `reEscalateMs` of its age, `maxReEscalations` times at most. */
import type { Escalation } from "../bead.ts";
import { takeNotes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";

/** Kilo-town §1.8, with an exact due time in place of a tick. What was raised often enough waits for people without a timer. */
export const reRaiseEscalations: Rule = {
  name: "re-raise-escalations",
  look(snapshot, now) {
    const notes = takeNotes();
    const { reEscalateMs, maxReEscalations } = snapshot.town.policy;
    for (const { bead, createdAt, reEscalations } of openEscalations(snapshot)) {
      const movesWhen = "somebody acknowledges or closes it";
      const due = createdAt + (reEscalations + 1) * reEscalateMs;
      if (reEscalations >= maxReEscalations) {
        const says = `waits for a person to take it; it was raised ${reEscalations} times`;
        notes.explain({ bead, says, movesWhen, until: null });
      } else if (now >= due) {
        notes.decide({ do: "re-raise", bead });
      } else {
        const says = `waits for a person to take it, and is raised a step in {wait} (${reEscalations} of ${maxReEscalations} times so far)`;
        notes.explain({ bead, says, movesWhen, until: due });
      }
    }
    return notes.findings();
  },
};

function openEscalations({ beads }: Snapshot): Escalation[] {
  return [...beads.values()].filter((bead): bead is Escalation => bead.type === "escalation" && bead.status === "open");
}
