/** In a town that was stopped by hand no agent has work, and every live bead says since when and by whom. */
import type { Bead, Work } from "../bead.ts";
import { isEnded, isWork } from "../bead.ts";
import { takeNotes, type Rule } from "../rule.ts";
import type { Stop } from "../town.ts";
import { isoTime } from "../time.ts";

/**
 * The emergency stop (R19). Which rules look beside this one is decided in `reconcile`: those that only end things. What waits for
 * people (`gastown thaw`) has no timer, so a stopped town is looked at no more once its agents have ended.
 */
export const stopTown: Rule = {
  name: "stop-town",
  whileStopped: true,
  look(snapshot) {
    const notes = takeNotes();
    const { stopped } = snapshot.town;
    if (stopped === null) return notes.findings();
    const says = `waits: the town is stopped by ${stopped.by} since ${isoTime(stopped.at)}${because(stopped)}`;
    for (const bead of snapshot.beads.values()) {
      if (isEnded(bead) || !saysSo(bead)) continue;
      if (isWork(bead) && isGiven(bead)) {
        const reason = `the town is stopped by ${stopped.by}`;
        notes.decide({ do: "call-back", bead: bead.bead, agent: bead.assignee, reason });
      }
      notes.explain({ bead: bead.bead, says, movesWhen: "the town is let go on (gastown thaw)", until: null });
    }
    return notes.findings();
  },
};

function because({ reason }: Stop): string {
  return reason === "" ? "" : `: ${reason}`;
}

/** Messages, escalations and agents wait for nobody but their reader. */
function saysSo({ type }: Bead): boolean {
  return type === "issue" || type === "merge_request" || type === "convoy" || type === "molecule";
}

/** An agent works on it, or is about to. Work in review names who handed it in. */
function isGiven({ status, assignee }: Work): boolean {
  return status === "in_progress" || (status === "open" && assignee !== null);
}
