import type { Change, ChangeType } from "./change.ts";
import { careRecalls } from "./history/care-recalls.ts";
import { convoyRecalls } from "./history/convoy-recalls.ts";
import { helpRecalls } from "./history/help-recalls.ts";
import { mayorRecalls } from "./history/mayor-recalls.ts";
import {
  nothing,
  ofAgent,
  ofBead,
  ofBoth,
  ofRequest,
  type Recall,
  type Recalls,
  type Remembered,
} from "./history/recall.ts";
import { removalRecalls } from "./history/removal-recalls.ts";
import { safetyRecalls } from "./history/safety-recalls.ts";
import { without } from "./without.ts";

/** Every change, and under which beads it is remembered. What a heartbeat or a status line says is not history. */
const table: Recalls<ChangeType> = {
  ...convoyRecalls,
  ...careRecalls,
  ...helpRecalls,
  ...mayorRecalls,
  ...safetyRecalls,
  ...removalRecalls,
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
