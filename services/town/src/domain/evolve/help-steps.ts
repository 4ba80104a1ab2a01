import type { HelpChange } from "../changes/help-change.ts";
import { withBead, type Steps } from "./steps.ts";

export const helpSteps: Steps<HelpChange["type"]> = {
  "escalation.acknowledged": (state, { bead }, at) =>
    withBead(state, bead, (b) => (b.type === "escalation" ? { ...b, acknowledgedAt: at, updatedAt: at } : b)),
  "escalation.re-raised": (state, { bead, severity, count }, at) =>
    withBead(state, bead, (b) =>
      b.type === "escalation" ? { ...b, severity, reEscalations: count, updatedAt: at } : b,
    ),
  "triage.requested": (state) => state,
  "triage.batched": (state, { requests }) =>
    requests.reduce(
      (s, id) =>
        withBead(s, id, (b) =>
          b.type === "issue" && b.triage !== null ? { ...b, triage: { ...b.triage, rounds: b.triage.rounds + 1 } } : b,
        ),
      state,
    ),
  "triage.resolved": (state, { bead, action, notes }, at) =>
    withBead(state, bead, (b) =>
      b.type === "issue" && b.triage !== null
        ? { ...b, triage: { ...b.triage, resolution: { action, notes } }, updatedAt: at }
        : b,
    ),
  "molecule.created": (state, { bead, source }, at) =>
    withBead(state, source, (b) => (b.type === "issue" ? { ...b, molecule: bead, updatedAt: at } : b)),
  "molecule.advanced": (state, { bead }, at) => withBead(state, bead, (b) => ({ ...b, updatedAt: at })),
};
