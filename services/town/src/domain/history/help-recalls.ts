import type { HelpChange } from "../changes/help-change.ts";
import { without } from "../without.ts";
import { ofBead, ofRequest, type Recalls } from "./recall.ts";

export const helpRecalls: Recalls<HelpChange["type"]> = {
  "escalation.acknowledged": ofBead,
  "escalation.re-raised": ofBead,
  "escalation.told": ({ agent, beads }) => ({ beads, data: { agent } }),
  // Told under what it is about as well: that is where people look.
  "triage.requested": (change) => ({
    beads: [change.bead, ...[change.agent, change.about].filter((id) => id !== null)],
    data: without(change, "type"),
  }),
  "triage.batched": (change) => ({ beads: [change.bead, ...change.requests], data: without(change, "type") }),
  "triage.resolved": (change) => ({
    beads: [change.bead, ...[change.agent, change.about].filter((id) => id !== null)],
    data: without(change, "type"),
  }),
  "triage.freed": ofBead,
  "molecule.created": ofRequest,
  "molecule.advanced": (change) => ({ beads: [change.bead, change.stepBead], data: without(change, "type") }),
};
