/** The named step is done, or has failed and its molecule with it; with the last step the molecule is done. */
import { advanceMolecule as command, type DataOf } from "@gastown/contracts";
import type { Issue, Molecule } from "../bead.ts";
import type { Change } from "../change.ts";
import { evolveAll } from "../evolve.ts";
import { applied, defineInput, notFound, refused, type Context, type Decided } from "../input.ts";
import { endMolecule, moleculeOf, moleculeView, needsLeft, stepsLeft, stepsOf, type StepBead } from "../molecule.ts";
import { issueOf, type TownState } from "../state.ts";

type Given = DataOf<typeof command>;

export const advanceMolecule = defineInput({
  command,
  needs: (data) => ({ molecules: [data.molecule] }),
  decide(state, data, context) {
    const molecule = moleculeOf(state, data.molecule);
    if (molecule === undefined) return notFound("molecule_not_found", `there is no molecule ${data.molecule}`);
    const steps = stepsOf(state, molecule);
    const step = steps.find((s) => s.step.id === data.step);
    if (step === undefined) {
      const names = steps.map((s) => s.step.id).join(", ");
      return refused("invalid", `step: molecule ${molecule.bead} has no step "${data.step}"; it has ${names}`);
    }
    const stranger = refuseActor(issueOf(state, molecule.source), context);
    if (stranger !== null) return stranger;
    if (isSo(step, data)) return applied([], { ...moleculeView(molecule, steps) });
    return refuseStep(molecule, step, steps) ?? advance(state, { molecule, step }, { data, context });
  },
});

/** Among agents only the one that works on its source walks it. */
function refuseActor(source: Issue | undefined, { actor }: Context): Decided | null {
  if (!actor.startsWith("agent:")) return null;
  if (source?.status === "in_progress" && actor === `agent:${source.assignee}`) return null;
  return refused("not_hooked", `${actor} does not work on ${source?.bead ?? "its source"}, whose molecule this is`);
}

function isSo(step: StepBead, { outcome }: Given): boolean {
  return step.status === (outcome === "done" ? "closed" : "failed");
}

function refuseStep(molecule: Molecule, step: StepBead, steps: readonly StepBead[]): Decided | null {
  const { id } = step.step;
  if (molecule.status !== "open") return refused("wrong_state", `molecule ${molecule.bead} is ${molecule.status}`);
  if (step.status !== "open") return refused("wrong_state", `step "${id}" is ${step.status} already`);
  const needs = needsLeft(step, steps);
  if (needs.length === 0) return null;
  return refused("wrong_state", `step "${id}" is not ready: it needs ${needs.join(", ")}, to be done first`);
}

function advance(
  state: TownState,
  { molecule, step }: { molecule: Molecule; step: StepBead },
  { data, context }: { data: Given; context: Context },
): Decided {
  const changes =
    data.outcome === "done" ? finish(state, { molecule, step }, data) : fail(state, { molecule, step }, data);
  const after = evolveAll(state, changes, context.now) ?? state;
  const walked = moleculeOf(after, molecule.bead) ?? molecule;
  return applied(changes, { ...moleculeView(walked, stepsOf(after, walked)) });
}

interface Walking {
  readonly molecule: Molecule;
  readonly step: StepBead;
}

function finish(state: TownState, { molecule, step }: Walking, { notes }: Given): Change[] {
  const left = stepsLeft(state, molecule).filter(({ bead }) => bead !== step.bead).length;
  const reason = notes === "" ? "done" : notes;
  const end = { steps: [], to: "closed", reason: "all its steps are done" } as const;
  return [
    { type: "bead.status-changed", bead: step.bead, from: step.status, to: "closed", reason },
    advanced({ molecule, step }, { outcome: "done", left, notes }),
    ...(left === 0 ? endMolecule(state, molecule, end) : []),
  ];
}

function fail(state: TownState, { molecule, step }: Walking, { notes }: Given): Change[] {
  const others = stepsLeft(state, molecule).flatMap(({ bead }) => (bead === step.bead ? [] : [bead]));
  const message = notes === "" ? "it failed, without a word why" : notes;
  const failure = { code: "step_failed", message };
  const reason = `step "${step.step.id}" failed: ${message}`;
  return [
    { type: "bead.status-changed", bead: step.bead, from: step.status, to: "failed", reason: message, failure },
    advanced({ molecule, step }, { outcome: "failed", left: 0, notes }),
    ...endMolecule(state, molecule, { steps: others, to: "failed", reason }),
  ];
}

function advanced(
  { molecule, step }: Walking,
  how: { outcome: "done" | "failed"; left: number; notes: string },
): Change {
  return { type: "molecule.advanced", bead: molecule.bead, stepBead: step.bead, step: step.step.id, ...how };
}
