import type { Bead, Convoy, Issue, Molecule } from "./bead.ts";

/** Beads that are gone, by their id. */
export type Gone = ReadonlyMap<string, Bead>;

/** The bead, no longer naming any that is gone; the same object when it never did. */
export function withoutReference(bead: Bead, gone: Gone): Bead {
  const unassigned = names(gone, bead.assignee) ? { ...bead, assignee: null } : bead;
  if (unassigned.type === "issue") return issueWithout(unassigned, gone);
  if (unassigned.type === "convoy") return convoyWithout(unassigned, gone);
  return unassigned.type === "molecule" ? moleculeWithout(unassigned, gone) : unassigned;
}

function names(gone: Gone, id: string | null): boolean {
  return id !== null && gone.has(id);
}

function issueWithout(issue: Issue, gone: Gone): Issue {
  const { dependsOn, lastAgent, molecule } = issue;
  const changed: Partial<Issue> = {
    ...(dependsOn.some((id) => gone.has(id)) ? { dependsOn: dependsOn.filter((id) => !gone.has(id)) } : {}),
    ...(names(gone, lastAgent) ? { lastAgent: null } : {}),
    ...(names(gone, molecule) ? { molecule: null } : {}),
    ...stepWithout(issue, gone),
  };
  return Object.keys(changed).length === 0 ? issue : { ...issue, ...changed };
}

/** A step does not wait for one that is gone. */
function stepWithout({ step, molecule }: Issue, gone: Gone): Partial<Issue> {
  if (step === null || step.needs.length === 0) return {};
  const former = new Set<string>();
  for (const other of gone.values()) {
    if (other.type === "issue" && other.step !== null && other.molecule === molecule) former.add(other.step.id);
  }
  const needs = step.needs.filter((id) => !former.has(id));
  return needs.length === step.needs.length ? {} : { step: { ...step, needs } };
}

function convoyWithout(convoy: Convoy, gone: Gone): Convoy {
  if (!convoy.landings.some(({ request }) => names(gone, request))) return convoy;
  return { ...convoy, landings: convoy.landings.map((l) => (names(gone, l.request) ? { ...l, request: null } : l)) };
}

function moleculeWithout(molecule: Molecule, gone: Gone): Molecule {
  if (!molecule.steps.some((id) => gone.has(id))) return molecule;
  return { ...molecule, steps: molecule.steps.filter((id) => !gone.has(id)) };
}
