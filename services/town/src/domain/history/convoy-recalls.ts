import type { ConvoyChange } from "../changes/convoy-change.ts";
import { without } from "../without.ts";
import { ofBead, ofRequest, type Recalls } from "./recall.ts";

export const convoyRecalls: Recalls<ConvoyChange["type"]> = {
  "convoy.created": ofBead,
  "convoy.started": ofBead,
  "convoy.changed": (change) => ({
    beads: [change.bead, ...change.added, ...change.removed],
    data: without(change, "type"),
  }),
  "convoy.progressed": ofBead,
  "branch.asked": ofBead,
  "branch.reported": ofBead,
  "landing.requested": (change) => ({ beads: [change.bead, change.request], data: without(change, "type") }),
  "landing.landed": ofBead,
  "landing.suppressed": ofBead,
  "convoy.landed": ofBead,
  "convoy.failed": ofBead,
  "approval.awaited": ofRequest,
  "approval.resolved": ofRequest,
  "request.stuck": ofBead,
  "request.freed": ofBead,
  "fixup.requested": (change) => ({ beads: [change.bead, change.fixup], data: without(change, "type") }),
  "fixup.completed": (change) => ({ beads: [change.bead, change.fixup], data: without(change, "type") }),
  "adoption.told": ofBead,
};
