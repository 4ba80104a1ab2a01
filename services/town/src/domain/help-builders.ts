/** Builders for tests about triage and molecules, beside those of `builders.ts`. */
import { aMolecule, anIssue } from "./builders.ts";
import type { Issue, Molecule, Triage } from "./bead.ts";
import type { StepBead } from "./molecule.ts";
import type { TriageRequest } from "./request-triage.ts";

/** An open question about agent gt-21, stuck on bead gt-1. */
export function aTriageRequest(bead: string, asks: Partial<Triage> = {}, fields: Partial<Issue> = {}): TriageRequest {
  const question = { type: "stuck_agent", agent: "gt-21", about: "gt-1", escalation: null } as const;
  const triage = { ...question, options: [], resolution: null, rounds: 0, batch: null, ...asks };
  return { ...anIssue(bead, { kind: "triage-request", parent: triage.about, ...fields }), triage };
}

/** A step of molecule gt-40 called like its id, which needs the steps before it that are named. */
export function aStep(bead: string, needs: readonly string[] = [], fields: Partial<Issue> = {}): StepBead {
  const made = anIssue(bead, { kind: "step", parent: "gt-40", molecule: "gt-40", ...fields });
  return { ...made, step: { id: bead.replace("gt-", "s"), needs } };
}

/** Molecule gt-40 of gt-1 with these steps. */
export function aWalk(steps: readonly Issue[], fields: Partial<Molecule> = {}): Molecule {
  return aMolecule("gt-40", "gt-1", { steps: steps.map(({ bead }) => bead), ...fields });
}
