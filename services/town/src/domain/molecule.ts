import type { MoleculeView } from "@gastown/contracts";
import { isEnded, type Bead, type Failure, type Issue, type Molecule } from "./bead.ts";
import type { Change } from "./change.ts";
import { clip } from "./clip.ts";
import { issueOf, type TownState } from "./state.ts";

type StepState = MoleculeView["steps"][number]["state"];

/** A step's bead with its name in the formula. */
export type StepBead = Issue & { readonly step: NonNullable<Issue["step"]> };

/** All texts of a molecule's view together take so many bytes: it goes into verdicts, which have a limit. */
const maxBytes = 128 * 1024;

/** The molecule of this id, if it was loaded and is one. */
export function moleculeOf(state: TownState, bead: string | null): Molecule | undefined {
  const found = bead === null ? undefined : state.beads.get(bead);
  return found?.type === "molecule" ? found : undefined;
}

/** Its steps, in the formula's order; one that was deleted is left out. */
export function stepsOf(state: TownState, molecule: Molecule): StepBead[] {
  return stepsAmong(molecule.steps.flatMap((id) => state.beads.get(id) ?? []));
}

function stepsAmong(beads: readonly Bead[]): StepBead[] {
  return beads.flatMap((bead) => (bead.type === "issue" && bead.step !== null ? [{ ...bead, step: bead.step }] : []));
}

/** The steps that are neither done nor failed. */
export function stepsLeft(state: TownState, molecule: Molecule): StepBead[] {
  return stepsOf(state, molecule).filter((step) => !isEnded(step));
}

/** The steps it needs that are not done, by name. */
export function needsLeft(step: StepBead, steps: readonly StepBead[]): string[] {
  return steps.flatMap(({ step: { id }, status }) => (step.step.needs.includes(id) && status !== "closed" ? [id] : []));
}

/** Where a step stands. */
function stepState(step: StepBead, steps: readonly StepBead[]): StepState {
  if (step.status === "closed") return "done";
  if (step.status === "failed") return "failed";
  return needsLeft(step, steps).length === 0 ? "ready" : "waiting";
}

/** What others see of a molecule; `beads` are its steps, in whatever order. Long texts are cut: a step's own bead has all of its. */
export function moleculeView(molecule: Molecule, beads: readonly Bead[]): MoleculeView {
  const byId = new Map(beads.map((bead) => [bead.bead, bead]));
  const steps = stepsAmong(molecule.steps.flatMap((id) => byId.get(id) ?? []));
  const share = Math.floor(maxBytes / Math.max(1, steps.length));
  return {
    molecule: molecule.bead,
    formula: molecule.formula,
    source: molecule.source,
    status: statusOf(molecule),
    steps: steps.map((bead) => ({
      step: bead.step.id,
      bead: bead.bead,
      title: bead.title,
      body: clip(bead.body, share),
      needs: [...bead.step.needs],
      state: stepState(bead, steps),
    })),
  };
}

function statusOf({ status }: Molecule): MoleculeView["status"] {
  if (status === "closed") return "completed";
  return status === "failed" ? "failed" : "active";
}

/** The molecule has ended so, and with it the steps of it that are named; what has ended already stays as it is. */
export function endMolecule(
  state: TownState,
  molecule: Molecule,
  end: { steps: readonly string[]; to: "closed" | "failed"; reason: string },
): Change[] {
  const { to, reason } = end;
  const steps = end.steps.flatMap((id) => issueOf(state, id) ?? []);
  const because = `its molecule ${molecule.bead} ended: ${reason}`;
  return [
    ...endBead(molecule, { to, reason, code: "molecule_failed" }),
    ...steps.flatMap((step) => endBead(step, { to, reason: because, code: "molecule_ended" })),
  ];
}

function endBead(
  bead: Molecule | Issue,
  { to, reason, code }: { to: "closed" | "failed"; reason: string; code: Failure["code"] },
): Change[] {
  if (isEnded(bead)) return [];
  const change = { type: "bead.status-changed", bead: bead.bead, from: bead.status, to, reason } as const;
  return [to === "failed" ? { ...change, failure: { code, message: reason } } : change];
}
