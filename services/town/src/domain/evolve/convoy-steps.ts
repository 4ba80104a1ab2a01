import type { Landing } from "../bead.ts";
import type { ConvoyChange } from "../changes/convoy-change.ts";
import type { TownState } from "../state.ts";
import { unread } from "./request-steps.ts";
import { withBead, withConvoy, withLanding, withRequest, withWork, type Steps } from "./steps.ts";

export const convoySteps: Steps<ConvoyChange["type"]> = {
  "convoy.created": (state) => state,
  "convoy.started": (state, { bead }, at) => withConvoy(state, bead, () => ({ staged: false, updatedAt: at })),
  "convoy.changed": (state, { bead, added, removed }, at) => {
    const joined = added.reduce((s, id) => withConvoyOf(s, id, bead), state);
    const left = removed.reduce((s, id) => withConvoyOf(s, id, null), joined);
    const gone = new Set(removed);
    return withConvoy(left, bead, (convoy) => {
      const members = [...new Set([...convoy.members, ...added])].filter((id) => !gone.has(id));
      const landings = convoy.branch === null ? [] : landingsOf(left, added, convoy.landings);
      return { members, landings, updatedAt: at };
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
  "convoy.landed": (state, { bead }, at) => withConvoy(state, bead, () => ({ landedAt: at })),
  "convoy.failed": (state) => state,
  "approval.awaited": (state, { bead, since }) => withRequest(state, bead, () => ({ awaitingSince: since })),
  "approval.resolved": (state, { bead }) => withRequest(state, bead, () => ({ awaitingSince: null })),
  "request.stuck": (state, { bead, code, reason, head }) =>
    withRequest(state, bead, () => ({ stuck: { code, message: reason, head } })),
  "request.freed": (state, { bead }) =>
    withRequest(state, bead, ({ request }) => ({
      stuck: null,
      fixups: 0,
      openAskedAt: null,
      // The same head of an adopted one may be repaired once more.
      reworkedHead: request.adopts === null ? request.reworkedHead : null,
    })),
  "fixup.requested": (state, { bead, head }) =>
    withRequest(state, bead, ({ request }) => ({ fixups: request.fixups + 1, reworkedHead: head, stuck: null })),
  "fixup.completed": (state, { bead, head }, at) => {
    const progressed = withWork(state, bead, (b) => ({ ...b, ...rested, updatedAt: at }));
    return withRequest(progressed, bead, ({ request: { pull } }) => ({
      ...unread,
      head,
      // It was pushed before it was handed in: the forge may have told of it already.
      awaitsReport: pull === null || pull.head !== head,
      parked: false,
      openAskedAt: null,
    }));
  },
  "adoption.told": (state, { bead, branch, target }) => withRequest(state, bead, () => ({ branch, target })),
};

const rested = { attempts: 0, setbacks: 0, lastDispatchAt: null } as const;

function withConvoyOf(state: TownState, id: string, convoy: string | null): TownState {
  // A bead that was deleted leaves its convoy as well.
  if (!state.beads.has(id)) return state;
  return withBead(state, id, (b) => {
    if (b.type !== "issue") return b;
    // Who leaves is not deleted with it any more.
    if (convoy === null) return { ...b, convoy, parent: b.parent === b.convoy ? null : b.parent };
    return { ...b, convoy, parent: b.parent ?? convoy };
  });
}

/**
 * One landing for each rig a member was ever in. Where it has landed and something is added it begins anew: the forge removes a
 * branch that is merged.
 */
function landingsOf(state: TownState, added: readonly string[], old: readonly Landing[]): Landing[] {
  const rigs = new Set(added.flatMap((id) => state.beads.get(id)?.rig ?? []));
  const known = new Set(old.map(({ rig }) => rig));
  return [
    ...old.map((landing) => (landing.landedAt !== null && rigs.has(landing.rig) ? noLanding(landing.rig) : landing)),
    ...[...rigs].filter((rig) => !known.has(rig)).map(noLanding),
  ];
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
