import * as contracts from "@gastown/contracts";
import type { HelpChange } from "../changes/help-change.ts";
import { tell, type Tells } from "./tell.ts";

export const helpAnnouncements: Tells<HelpChange["type"]> = {
  "escalation.acknowledged": ({ bead, note }) => tell(contracts.escalationAcknowledged, `bead/${bead}`, { bead, note }),
  "escalation.re-raised": ({ bead, severity, count }) =>
    tell(contracts.escalationReRaised, `bead/${bead}`, { bead, severity, count }),
  "escalation.told": null,
  "triage.requested": ({ bead, kind, agent, about }) =>
    tell(contracts.triageRequested, `bead/${bead}`, { bead, type: kind, agent, about }),
  "triage.batched": null,
  "triage.freed": null,
  "triage.resolved": ({ bead, action, notes, agent, about }) =>
    tell(contracts.triageResolved, `bead/${bead}`, { bead, action, notes, agent, about }),
  "molecule.created": ({ bead, source, formula, steps }) =>
    tell(contracts.moleculeCreated, `bead/${source}`, { molecule: bead, source, formula, steps: [...steps] }),
  "molecule.advanced": ({ bead, step, outcome, left }) =>
    tell(contracts.moleculeAdvanced, `bead/${bead}`, { molecule: bead, step, outcome, left }),
};
