import type { HelpChange } from "../changes/help-change.ts";
import type { Triage } from "../bead.ts";
import { severityMarks } from "../new-bead.ts";
import type { TownState } from "../state.ts";
import { withBead, withWork, type Steps } from "./steps.ts";

export const helpSteps: Steps<HelpChange["type"]> = {
  "escalation.acknowledged": (state, { bead }, at) =>
    withBead(state, bead, (b) => (b.type === "escalation" ? { ...b, acknowledgedAt: at, updatedAt: at } : b)),
  "escalation.re-raised": (state, { bead, severity, count }, at) =>
    withBead(state, bead, (b) => {
      if (b.type !== "escalation") throw new Error(`bead ${bead} is a ${b.type}, not an escalation`);
      const { priority, labels: marks } = severityMarks(severity);
      const old = severityMarks(b.severity).labels;
      const labels = [...b.labels.filter((label) => !old.includes(label)), ...marks];
      return { ...b, severity, priority, labels, reEscalations: count, told: false, updatedAt: at };
    }),
  "escalation.told": (state, { beads }) =>
    beads.reduce((s, id) => withBead(s, id, (b) => (b.type === "escalation" ? { ...b, told: true } : b)), state),
  "triage.requested": (state) => state,
  "triage.batched": (state, { bead, requests }) =>
    requests.reduce((s, id) => withTriage(s, id, ({ rounds }) => ({ rounds: rounds + 1, batch: bead })), state),
  "triage.resolved": (state, { bead, action, notes }) =>
    withTriage(state, bead, () => ({ resolution: { action, notes } })),
  "triage.freed": (state, { bead, atOnce, elsewhere }, at) =>
    withWork(state, bead, (b) => ({
      ...b,
      ...(atOnce ? { lastDispatchAt: null } : {}),
      ...(elsewhere && b.type === "issue" ? { lastAgent: null } : {}),
      updatedAt: at,
    })),
  "molecule.created": (state, { bead, source, steps }, at) => {
    const made = withBead(state, bead, (b) => (b.type === "molecule" ? { ...b, steps } : b));
    return withBead(made, source, (b) => (b.type === "issue" ? { ...b, molecule: bead, updatedAt: at } : b));
  },
  "molecule.advanced": (state, { bead }, at) => withBead(state, bead, (b) => ({ ...b, updatedAt: at })),
};

/** As `withBead`, for what a triage request asks; `alter` gives the fields that change. */
function withTriage(state: TownState, id: string, alter: (triage: Triage) => Partial<Triage>): TownState {
  return withBead(state, id, (bead) => {
    if (bead.type !== "issue" || bead.triage === null) throw new Error(`bead ${id} is no triage request`);
    return { ...bead, triage: { ...bead.triage, ...alter(bead.triage) } };
  });
}
