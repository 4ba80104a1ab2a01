import type { Change } from "../change.ts";
import type { ConvoyDecision } from "../decisions/convoy-decision.ts";
import { escalate, failRequest } from "../endings.ts";
import { evolve } from "../evolve.ts";
import { newFixup, newLanding } from "../new-request-work.ts";
import type { TownState } from "../state.ts";
import type { By, CarryOut } from "./carried.ts";
import { theConvoy, theIssue, theRequest } from "./carried.ts";
import { stopReading } from "./stop-reading.ts";

export const convoyDecisions: CarryOut<ConvoyDecision["do"]> = {
  "ask-branch": (_state, { bead, rigs }) => rigs.map((rig) => ({ type: "branch.asked", bead, rig })),
  "tell-progress": (_state, { bead, closed, failed }) => [{ type: "convoy.progressed", bead, closed, failed }],
  "request-landing"(state, { bead, rigs }, by) {
    return rigs.reduce<{ state: TownState; changes: Change[] }>(
      (made, rig) => {
        const changes = requestLanding(made.state, { bead, rig }, by);
        const after = changes.reduce((s, change) => evolve(s, change, by.now), made.state);
        return { state: after, changes: [...made.changes, ...changes] };
      },
      { state, changes: [] },
    ).changes;
  },
  "note-landed": (_state, { bead, rigs }) => rigs.map((rig) => ({ type: "landing.landed", bead, rig })),
  "close-convoy"(state, { bead, partial }) {
    const { status } = theConvoy(state, bead);
    const reason = partial ? "its work is merged, without the beads that failed" : "its work is merged";
    return [
      { type: "convoy.landed", bead, partial },
      { type: "bead.status-changed", bead, from: status, to: "closed", reason },
    ];
  },
  "fail-convoy"(state, { bead, code, message }, by) {
    const convoy = theConvoy(state, bead);
    const failure = { code, message };
    const title = `convoy ${bead} cannot land: ${convoy.title}`;
    const gathered = convoy.branch === null ? "" : ` What was done is on branch ${convoy.branch}.`;
    return [
      { type: "convoy.failed", bead, code, reason: message },
      { type: "bead.status-changed", bead, from: convoy.status, to: "failed", reason: message, failure },
      ...escalate(state, convoy, { title, body: `${message}.${gathered}`, ...by }),
    ];
  },
  "fail-landing": (state, { bead, code, message }) => [failRequest(theRequest(state, bead), { code, message })],
  "request-fixup"(state, decision, by) {
    const { bead, why, reader, head, reason } = decision;
    const fixup = newFixup(state, { ...decision, request: theRequest(state, bead), by });
    return [
      ...stopReading(state, { bead, reader, reason }),
      { type: "bead.created", bead: fixup },
      { type: "fixup.requested", bead, fixup: fixup.bead, why, head },
    ];
  },
  "end-fixup"(state, { bead, reason }) {
    const { status } = theIssue(state, bead);
    return [{ type: "bead.status-changed", bead, from: status, to: "closed", reason }];
  },
  "park-request"(state, { bead, code, message, head }, by) {
    const request = theRequest(state, bead);
    const { source, pull, branch } = request.request;
    const whose = source === null ? bead : `${bead}, the merge request of ${source}`;
    const title = `${whose} waits for a person`;
    const url = pull === null ? "" : ` ${pull.url}`;
    const body = `${message}. Its branch is ${branch}.${url}`;
    return [
      { type: "request.stuck", bead, code, reason: message, head },
      ...escalate(state, request, { title, body, ...by }),
    ];
  },
};

function requestLanding(state: TownState, { bead, rig }: { bead: string; rig: string }, { actor, now }: By): Change[] {
  const convoy = theConvoy(state, bead);
  const attempts = convoy.landings.find((landing) => landing.rig === rig)?.attempts ?? 0;
  const request = newLanding(state, convoy, { rig, actor, now });
  return [
    { type: "bead.created", bead: request },
    { type: "landing.requested", bead, rig, request: request.bead, attempt: attempts + 1 },
  ];
}
