/** A molecule ends with its source, fails with a step, and is done with its last step; no step outlives it. */
import { isEnded, type Molecule } from "../bead.ts";
import { liveIssues } from "../live.ts";
import { moleculeOf, needsLeft, stepsLeft, stepsOf } from "../molecule.ts";
import { takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { issueOf } from "../state.ts";

/** Kilo-town §1.10, where a molecule is ended by raw writes alone (§1.3) and one whose source ends stays open for ever. */
export const endMolecules: Rule = {
  name: "end-molecules",
  whileStopped: true,
  look(snapshot) {
    const notes = takeNotes();
    for (const molecule of molecules(snapshot)) {
      const end = endOf(snapshot, molecule);
      if (end === null) explainWalk(snapshot, molecule, notes);
      else {
        const beads = stepsLeft(snapshot, molecule).map(({ bead }) => bead);
        notes.decide({ do: "end-molecule", bead: molecule.bead, beads, ...end });
      }
    }
    return notes.findings();
  },
};

/** Those that have not ended, and those that have while a step of theirs has not. */
function molecules(snapshot: Snapshot): Molecule[] {
  const live = [...snapshot.beads.values()].filter(
    (bead): bead is Molecule => bead.type === "molecule" && !isEnded(bead),
  );
  const left = liveIssues(snapshot).flatMap(({ kind, molecule }) => (kind === "step" ? (molecule ?? []) : []));
  return [...new Set([...live, ...left.flatMap((id) => moleculeOf(snapshot, id) ?? [])])];
}

interface End {
  readonly to: "closed" | "failed";
  readonly reason: string;
}

/** How it ends now; null when it does not. */
function endOf(snapshot: Snapshot, molecule: Molecule): End | null {
  const { status } = molecule;
  if (status === "closed" || status === "failed") return { to: status, reason: `it is ${status}` };
  const source = issueOf(snapshot, molecule.source);
  if (source === undefined) return { to: "failed", reason: `${molecule.source} does not exist any more` };
  if (source.status === "closed" || source.status === "failed") {
    return { to: source.status, reason: `${source.bead} is ${source.status}` };
  }
  const steps = stepsOf(snapshot, molecule);
  const failed = steps.find((step) => step.status === "failed");
  if (failed !== undefined) return { to: "failed", reason: `step "${failed.step.id}" has failed` };
  return steps.every((step) => step.status === "closed") ? { to: "closed", reason: "all its steps are done" } : null;
}

function explainWalk(snapshot: Snapshot, molecule: Molecule, notes: Notes): void {
  const steps = stepsOf(snapshot, molecule);
  const left = stepsLeft(snapshot, molecule);
  const names = left.map(({ step }) => step.id).join(", ");
  const { bead, source } = molecule;
  const movesWhen = `whoever works on ${source} advances its steps`;
  notes.explain({ bead, says: `waits for its steps ${names}`, movesWhen, until: null });
  for (const step of left) {
    const needs = needsLeft(step, steps);
    const waits = { bead: step.bead, until: null };
    if (needs.length > 0) {
      const first = needs.join(", ");
      notes.explain({ ...waits, says: `waits for the steps ${first}`, movesWhen: `${first} are done` });
    } else {
      notes.explain({
        ...waits,
        says: `is ready for whoever works on ${source}`,
        movesWhen: `it is advanced, as step of ${bead}`,
      });
    }
  }
}
