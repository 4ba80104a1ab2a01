/** Work that the forge or the refinery objects to is open again with what they said, once per head, or has failed after too many rounds. */
import { reworkStates } from "@gastown/contracts";
import type { Issue, MergeRequest, Pull, Request } from "../bead.ts";
import { liveRequests } from "../live.ts";
import { takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { issueOf } from "../state.ts";

export const rework: Rule = {
  name: "rework",
  look(snapshot) {
    const notes = takeNotes();
    for (const bead of liveRequests(snapshot)) {
      const source = issueOf(snapshot, bead.request.source);
      const { pull } = bead.request;
      if (source === undefined || pull === null) continue;
      if (source.status === "open" || source.status === "in_progress") explainRound(bead, source, { snapshot, notes });
      else if (source.status === "in_review" && isObjected(bead.request, pull))
        sendBack(bead, { source, pull }, { snapshot, notes });
    }
    return notes.findings();
  },
};

/**
 * Only objections the author can act on count (scm §2.1), and only to what was handed in last: so a head goes back once, however
 * often it is told.
 */
function isObjected(request: Request, pull: Pull): boolean {
  return !request.awaitsReport && (reworkStates.has(pull.state) || isRejected(request, pull));
}

function isRejected(request: Request, pull: Pull): boolean {
  return request.review === "changes_requested" && request.reviewHead === pull.head;
}

function sendBack(
  bead: MergeRequest,
  about: { source: Issue; pull: Pull },
  at: { snapshot: Snapshot; notes: Notes },
): void {
  const { source, pull } = about;
  const max = at.snapshot.town.policy.maxReworkRounds;
  const reason = isRejected(bead.request, pull)
    ? "the refinery asks for changes"
    : `its pull request is in state ${pull.state}`;
  if (source.reworkRounds >= max) {
    const message = `it came back from review ${max} times, and again: ${reason}`;
    at.notes.decide({ do: "fail-bead", bead: source.bead, requests: [bead.bead], code: "too_many_rounds", message });
    return;
  }
  const feedback = feedbackOf(bead.request, pull, `Round ${source.reworkRounds + 1} of ${max}`);
  const reader = bead.assignee;
  at.notes.decide({ do: "rework", bead: bead.bead, source: source.bead, reader, head: pull.head, reason, feedback });
}

function feedbackOf(request: Request, pull: Pull, round: string): string {
  const causes = pull.causes
    .filter((cause) => reworkStates.has(cause.state))
    .map((cause) => `- ${cause.state}: ${cause.message}`);
  const review = isRejected(request, pull) ? [`- the reviewer asks for changes: ${request.reviewSummary ?? ""}`] : [];
  return [`${round}: pull request #${pull.number} came back at ${pull.head}.`, ...causes, ...review].join("\n");
}

function explainRound(bead: MergeRequest, source: Issue, at: { snapshot: Snapshot; notes: Notes }): void {
  const says = `waits for new work on ${source.bead} (round ${source.reworkRounds} of ${at.snapshot.town.policy.maxReworkRounds})`;
  at.notes.explain({ bead: bead.bead, says, movesWhen: `${source.bead} is handed in again`, until: null });
}
