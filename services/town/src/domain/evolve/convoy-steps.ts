import type { Landing } from "../bead.ts";
import type { ConvoyChange } from "../changes/convoy-change.ts";
import type { TownState } from "../state.ts";
import { withBead, withConvoy, withLanding, withRequest, type Steps } from "./steps.ts";

export const convoySteps: Steps<ConvoyChange["type"]> = {
  "convoy.created": (state) => state,
  "convoy.started": (state, { bead }, at) => withConvoy(state, bead, () => ({ staged: false, updatedAt: at })),
  "convoy.changed": (state, { bead, added, removed }, at) => {
    const joined = added.reduce((s, id) => withConvoyOf(s, id, bead), state);
    const left = removed.reduce((s, id) => withConvoyOf(s, id, null), joined);
    const gone = new Set(removed);
    return withConvoy(left, bead, (convoy) => {
      const members = [...new Set([...convoy.members, ...added])].filter((id) => !gone.has(id));
      return { members, landings: landingsOf(left, members, convoy.landings), updatedAt: at };
    });
  },
  "convoy.progressed": (state, { bead, closed, failed }, at) =>
    withConvoy(state, bead, () => ({ progress: { closed, failed }, updatedAt: at })),
  "branch.asked": (state, { bead, rig }, at) => withLanding(state, bead, { rig, alter: () => ({ branchAskedAt: at }) }),
  "branch.reported": (state, { bead, rig, state: branchState, reason }) =>
    withLanding(state, bead, { rig, alter: () => ({ branchState, branchReason: reason }) }),
  "landing.requested": (state, { bead, rig, request, attempt }, at) =>
    withLanding(state, bead, { rig, alter: () => ({ request, attempts: attempt, lastAttemptAt: at }) }),
  "landing.landed": (state, { bead, rig }, at) => withLanding(state, bead, { rig, alter: () => ({ landedAt: at }) }),
  "landing.suppressed": (state) => state,
  "convoy.landed": (state) => state,
  "convoy.failed": (state) => state,
  "approval.awaited": (state, { bead, since }) => withRequest(state, bead, () => ({ awaitingSince: since })),
  "approval.resolved": (state, { bead }) => withRequest(state, bead, () => ({ awaitingSince: null })),
  "request.stuck": (state, { bead, code, reason }) =>
    withRequest(state, bead, () => ({ stuck: { code, message: reason } })),
  "request.freed": (state, { bead }) =>
    withRequest(state, bead, () => ({ stuck: null, fixups: 0, openAskedAt: null, parked: false })),
  "fixup.requested": (state, { bead, head }) =>
    withRequest(state, bead, ({ request }) => ({ fixups: request.fixups + 1, reworkedHead: head })),
};

function withConvoyOf(state: TownState, id: string, convoy: string | null): TownState {
  // A bead that was deleted leaves its convoy as well.
  if (!state.beads.has(id)) return state;
  return withBead(state, id, (b) => (b.type === "issue" ? { ...b, convoy } : b));
}

/** One landing for each rig the members are in; what is known of a rig stays, and so does a rig where something landed. */
function landingsOf(state: TownState, members: readonly string[], old: readonly Landing[]): Landing[] {
  const rigs = new Set(members.flatMap((id) => state.beads.get(id)?.rig ?? []));
  const kept = old.filter(({ rig, landedAt, request }) => rigs.has(rig) || landedAt !== null || request !== null);
  const known = new Set(kept.map(({ rig }) => rig));
  return [...kept, ...[...rigs].filter((rig) => !known.has(rig)).map(noLanding)];
}

/** The landing of a rig in which nothing was done yet. */
export function noLanding(rig: string): Landing {
  return {
    rig,
    branchState: "none",
    branchReason: null,
    branchAskedAt: null,
    attempts: 0,
    lastAttemptAt: null,
    request: null,
    landedAt: null,
  };
}
