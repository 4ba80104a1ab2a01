import type { Bead, Convoy, Issue, Molecule } from "./bead.ts";

/** The bead, no longer naming another one that is gone; the same object when it never did. */
export function withoutReference(bead: Bead, gone: Bead): Bead {
  const unassigned = bead.assignee === gone.bead ? { ...bead, assignee: null } : bead;
  if (unassigned.type === "issue") return issueWithout(unassigned, gone);
  if (unassigned.type === "convoy") return convoyWithout(unassigned, gone);
  return unassigned.type === "molecule" ? moleculeWithout(unassigned, gone) : unassigned;
}

function issueWithout(issue: Issue, gone: Bead): Issue {
  const { dependsOn, lastAgent, molecule } = issue;
  const changed: Partial<Issue> = {
    ...(dependsOn.includes(gone.bead) ? { dependsOn: dependsOn.filter((id) => id !== gone.bead) } : {}),
    ...(lastAgent === gone.bead ? { lastAgent: null } : {}),
    ...(molecule === gone.bead ? { molecule: null } : {}),
    ...stepWithout(issue, gone),
  };
  return Object.keys(changed).length === 0 ? issue : { ...issue, ...changed };
}

/** A step does not wait for one that is gone. */
function stepWithout({ step, molecule }: Issue, gone: Bead): Partial<Issue> {
  const before = gone.type === "issue" && gone.molecule === molecule ? gone.step : null;
  if (step === null || before === null || !step.needs.includes(before.id)) return {};
  return { step: { ...step, needs: step.needs.filter((id) => id !== before.id) } };
}

function convoyWithout(convoy: Convoy, { bead }: Bead): Convoy {
  if (!convoy.landings.some(({ request }) => request === bead)) return convoy;
  return { ...convoy, landings: convoy.landings.map((l) => (l.request === bead ? { ...l, request: null } : l)) };
}

function moleculeWithout(molecule: Molecule, { bead }: Bead): Molecule {
  if (!molecule.steps.includes(bead)) return molecule;
  return { ...molecule, steps: molecule.steps.filter((id) => id !== bead) };
}
