/** Work that the forge or the refinery objects to is open again with what they said, once per head, or has failed after too many rounds. */
import type { Issue, MergeRequest } from "../bead.ts";
import { liveRequests } from "../live.ts";
import { feedbackOf, leave, objectionTo, unpushed, type Objection } from "../objection.ts";
import { takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { issueOf, policyIn } from "../state.ts";

/** Kilo-town §2.6, §2.7: with a cap (W22), and the author himself where kilo makes a new bead. */
export const rework: Rule = {
  name: "rework",
  look(snapshot) {
    const notes = takeNotes();
    for (const bead of liveRequests(snapshot)) {
      const source = issueOf(snapshot, bead.request.source);
      if (source === undefined) continue;
      const objection = objectionTo(bead.request) ?? unpushed(bead, source, snapshot.town.policy);
      if (source.status === "open" || source.status === "in_progress") explainRound(bead, source, { snapshot, notes });
      else if (source.status === "in_review" && objection !== null)
        sendBack(bead, { source, objection }, { snapshot, notes });
    }
    return notes.findings();
  },
};

function sendBack(
  bead: MergeRequest,
  about: { source: Issue; objection: Objection },
  { snapshot, notes }: { snapshot: Snapshot; notes: Notes },
): void {
  const { source, objection } = about;
  const policy = policyIn(snapshot, bead.rig);
  if (leave(bead, objection, { policy, notes })) return;
  const { reason, pull } = objection;
  const max = policy.maxReworkRounds;
  if (source.reworkRounds >= max) {
    const message = `it came back from review ${max} times, and again: ${reason}`;
    notes.decide({ do: "fail-bead", bead: source.bead, requests: [bead.bead], code: "too_many_rounds", message });
    return;
  }
  const feedback = feedbackOf(objection, bead.request, `Round ${source.reworkRounds + 1} of ${max}`);
  const reader = bead.assignee;
  notes.decide({ do: "rework", bead: bead.bead, source: source.bead, reader, head: pull.head, reason, feedback });
}

function explainRound(bead: MergeRequest, source: Issue, at: { snapshot: Snapshot; notes: Notes }): void {
  const says = `waits for new work on ${source.bead} (round ${source.reworkRounds} of ${policyIn(at.snapshot, bead.rig).maxReworkRounds})`;
  at.notes.explain({ bead: bead.bead, says, movesWhen: `${source.bead} is handed in again`, until: null });
}
