import type { Change, ChangeOf, ChangeType } from "./change.ts";
import { without } from "./without.ts";

/** What a change leaves in the history of beads. */
export interface Remembered {
  /** The beads (agents are beads) it is told under. */
  readonly beads: readonly string[];
  readonly type: ChangeType;
  readonly data: Readonly<Record<string, unknown>>;
}

type Recall<T extends ChangeType> = (change: ChangeOf<T>) => Recalled | null;

function nothing(): null {
  return null;
}
type Recalled = Omit<Remembered, "type">;

/** Told under its bead, with everything else it says. */
function ofBead(change: { readonly bead: string; readonly type: ChangeType }): Recalled {
  return { beads: [change.bead], data: without(change, "bead", "type") };
}
function ofAgent(change: { readonly agent: string; readonly type: ChangeType }): Recalled {
  return { beads: [change.agent], data: without(change, "agent", "type") };
}
function ofBoth(change: { readonly bead: string; readonly agent: string; readonly type: ChangeType }): Recalled {
  return { beads: [change.bead, change.agent], data: without(change, "type") };
}
function ofRequest(change: { readonly bead: string; readonly source: string; readonly type: ChangeType }): Recalled {
  return { beads: [change.bead, change.source], data: without(change, "type") };
}

/** Every change, and under which beads it is remembered. What a heartbeat or a status line says is not history. */
const table: { readonly [T in ChangeType]: Recall<T> } = {
  "town.created": nothing,
  "town.updated": nothing,
  "rig.added": nothing,
  "rig.asked": nothing,
  "rig.reported": nothing,
  "bead.created": ({ bead }) => ({
    beads: [bead.bead],
    data: { type: bead.type, title: bead.title, rig: bead.rig, parent: bead.parent },
  }),
  "bead.updated": ofBead,
  "bead.status-changed": ofBead,
  "bead.assigned": ofBoth,
  "bead.released": ofBoth,
  "bead.unblocked": ofBead,
  "bead.slung": ({ bead }) => ({ beads: [bead], data: {} }),
  "mail.sent": ({ bead, to, subject }) => ({ beads: [bead, to], data: { bead, to, subject } }),
  "mail.delivered": ({ agent, beads }) => ({ beads: [agent, ...beads], data: { agent, beads } }),
  "escalation.raised": ofBead,
  "agent.registered": ({ agent: { agent, name, role, rig, identity } }) => ({
    beads: [agent],
    data: { name, role, rig, identity },
  }),
  "agent.dispatched": ofBoth,
  "agent.start-asked": ofAgent,
  "agent.status-changed": ofAgent,
  "agent.unhooked": ofAgent,
  "agent.reported": ofAgent,
  "agent.seen": nothing,
  "agent.lost": ofAgent,
  "agent.stop-asked": ofAgent,
  "agent.checkpointed": ({ agent, bead, data }) => ({ beads: [bead], data: { agent, fields: Object.keys(data) } }),
  "agent.said": nothing,
  "work.handed-in": ({ bead, request, head, summary }) => ({
    beads: [bead, request],
    data: { bead, request, head, summary },
  }),
  "pull.asked": ofBead,
  "pull.reported": ({ bead, pull, current }) => ({ beads: [bead], data: { ...without(pull, "causes"), current } }),
  "pull.close-asked": ofBead,
  "review.requested": ofRequest,
  "review.withdrawn": ofBead,
  "review.completed": ofRequest,
  "review.told": ofBead,
  "review.parked": ofBead,
  "merge.requested": ofRequest,
  "rework.requested": ({ bead, request, round, reason, feedback, head }) => ({
    beads: [bead, request],
    data: { bead, request, round, reason, feedback, head },
  }),
};

/** What to remember of a change; null when nothing is. */
export function remember(change: Change): Remembered | null {
  const recalled = (table[change.type] as Recall<ChangeType>)(change);
  return recalled === null ? null : { ...recalled, type: change.type };
}
