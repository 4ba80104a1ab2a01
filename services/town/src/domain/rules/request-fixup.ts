/** What is objected to in a pull request that has no author in the town is repaired by a polecat, once per head, or given up after too many repairs. */
import type { MergeRequest } from "../bead.ts";
import { landedBy } from "../convoys.ts";
import { liveRequests } from "../live.ts";
import { feedbackOf, leave, leftToPeople, objectionTo, type Objection } from "../objection.ts";
import { takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { liveFixups, policyIn } from "../state.ts";
import { aboutRequest } from "../waiting.ts";

interface At {
  readonly snapshot: Snapshot;
  readonly notes: Notes;
}

/**
 * Kilo-town §2.6, §2.7 for landings and adopted pull requests, with a cap (W22). A repair that ended without a new head is not
 * silent (W21): a landing fails and is tried again, an adopted pull request waits for a person.
 */
export const requestFixup: Rule = {
  name: "request-fixup",
  look(snapshot) {
    const notes = takeNotes();
    for (const bead of liveRequests(snapshot)) {
      if (bead.request.source !== null && landedBy(snapshot, bead) === undefined) continue;
      lookAt(bead, { snapshot, notes });
    }
    return notes.findings();
  },
};

function lookAt(bead: MergeRequest, at: At): void {
  const fixup = liveFixups(at.snapshot, bead.bead)[0];
  if (fixup !== undefined) {
    const says = `waits for ${fixup.bead} (${fixup.status}), which repairs it`;
    explain(bead, at.notes, { says, movesWhen: `${fixup.bead} is handed in` });
    return;
  }
  const objection = objectionTo(bead.request);
  if (objection === null) return;
  const policy = policyIn(at.snapshot, bead.rig);
  if (leave(bead, objection, { policy, notes: at.notes })) return;
  repair(bead, objection, { ...at, max: policy.maxReworkRounds });
}

function repair(bead: MergeRequest, objection: Objection, at: At & { max: number }): void {
  const { request } = bead;
  const { reason, pull, why } = objection;
  const { stuck, fixups } = request;
  if (stuck?.head === pull.head && stuck.code !== leftToPeople) {
    const movesWhen = `a person puts it right on ${request.branch}, or slings it for more repairs (gastown sling ${bead.bead})`;
    explain(bead, at.notes, { says: `waits for a person: ${stuck.message}`, movesWhen });
  } else if (request.reworkedHead === pull.head) {
    giveUp(bead, at, { code: "not_repaired", message: `its repair ended without a new head: ${reason}` });
  } else if (fixups >= at.max) {
    giveUp(bead, at, { code: "too_many_rounds", message: `it was repaired ${fixups} times, and again: ${reason}` });
  } else {
    const feedback = feedbackOf(objection, request, `Repair ${fixups + 1} of ${at.max}`);
    const reader = bead.assignee;
    at.notes.decide({ do: "request-fixup", bead: bead.bead, why, reader, head: pull.head, reason, feedback });
  }
}

function giveUp(bead: MergeRequest, { notes }: At, failure: { code: string; message: string }): void {
  const { source, pull } = bead.request;
  if (source === null) notes.decide({ do: "park-request", bead: bead.bead, ...failure, head: pull?.head ?? null });
  else notes.decide({ do: "fail-landing", bead: bead.bead, ...failure });
}

function explain(bead: MergeRequest, notes: Notes, words: { says: string; movesWhen: string }): void {
  for (const explanation of aboutRequest(bead, { ...words, until: null })) notes.explain(explanation);
}
