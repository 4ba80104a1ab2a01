/** A triage request about something that is over is closed, and so is a triage batch that has nothing left to answer. */
import { isEnded } from "../bead.ts";
import { liveIssues } from "../live.ts";
import { openTriage, type TriageRequest } from "../request-triage.ts";
import { takeNotes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";

/** Kilo-town §1.8 leaves them for somebody to answer, and they keep the town awake (W10). */
export const closeMootTriage: Rule = {
  name: "close-moot-triage",
  whileStopped: true,
  look(snapshot) {
    const notes = takeNotes();
    const open = openTriage(snapshot);
    for (const request of open) {
      const reason = whyMoot(snapshot, request);
      if (reason !== null) notes.decide({ do: "close-triage", bead: request.bead, reason });
    }
    const asked = new Set(open.map(({ triage }) => triage.batch));
    for (const { bead, kind, status } of liveIssues(snapshot)) {
      // Who is at it already may finish: it has just given the last answer.
      if (kind !== "triage-batch" || status !== "open" || asked.has(bead)) continue;
      notes.decide({ do: "close-triage", bead, reason: "all that it was to answer is settled" });
    }
    return notes.findings();
  },
};

/** Why there is nothing to decide any more; null when there is. */
function whyMoot(snapshot: Snapshot, { triage }: TriageRequest): string | null {
  const { type, agent, about, escalation } = triage;
  if (agent !== null && !snapshot.agents.has(agent)) return `agent ${agent} does not exist any more`;
  if (escalation !== null && whyOver(snapshot, escalation) !== null) return `escalation ${escalation} was taken`;
  if (about === null) return null;
  const handedIn = type === "stuck_agent" && snapshot.beads.get(about)?.status === "in_review";
  return handedIn ? `${about} was handed in` : whyOver(snapshot, about);
}

/** Why a bead is over; null when it is not. */
function whyOver({ beads }: Snapshot, id: string): string | null {
  const bead = beads.get(id);
  if (bead === undefined) return `${id} does not exist any more`;
  return isEnded(bead) ? `${id} is ${bead.status}` : null;
}
