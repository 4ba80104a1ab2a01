/** The work item has an open molecule with a step for each of the formula's, each waiting for those it needs. */
import { createMolecule as command, formatBeadId, type Formula } from "@gastown/contracts";
import type { Issue } from "../bead.ts";
import type { Change } from "../change.ts";
import { distinct } from "../dependencies.ts";
import { evolve } from "../evolve.ts";
import { findLoop } from "../find-loop.ts";
import { applied, defineInput, notFound, refused, type Context, type Decided } from "../input.ts";
import { newIssue, newMolecule } from "../new-bead.ts";
import type { TownState } from "../state.ts";

export const createMolecule = defineInput({
  command,
  needs: (data) => ({ rigs: "all", beads: [data.bead] }),
  decide(state, data, context) {
    const source = state.beads.get(data.bead);
    if (source === undefined) return notFound("bead_not_found", `there is no bead ${data.bead}`);
    if (source.type !== "issue" || source.kind !== "task") {
      const what = source.type === "issue" ? `a ${source.kind}` : `a ${source.type}`;
      return refused("wrong_state", `${source.bead} is ${what}; only tasks are given molecules`);
    }
    const refusal = refuseSource(source) ?? refuseFormula(data.formula);
    if (refusal !== null) return refusal;
    const { changes, molecule, steps } = make(state, source, { formula: data.formula, context });
    return applied(changes, { molecule, steps });
  },
});

function refuseSource({ bead, status, molecule }: Issue): Decided | null {
  if (status !== "open" && status !== "in_progress") {
    return refused("wrong_state", `${bead} is ${status}; a molecule is for work that is still to be done`);
  }
  if (molecule === null) return null;
  return refused("wrong_state", `${bead} has molecule ${molecule} already; delete that one to give it another`);
}

/** Steps that cannot be walked: two of a name, unknown needs, needs that lead back. */
function refuseFormula({ steps }: Formula): Decided | null {
  const ids = steps.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) return refused("invalid", `formula.steps: two of them are called "${twice}"`);
  for (const { id, needs } of steps) {
    const unknown = needs.find((need) => !ids.includes(need));
    if (unknown !== undefined) {
      return refused("invalid", `formula.steps: "${id}" needs "${unknown}", which is no step of ${ids.join(", ")}`);
    }
  }
  const needsOf = new Map(steps.map(({ id, needs }) => [id, needs]));
  const loop = findLoop(ids, (id) => needsOf.get(id) ?? []);
  if (loop === null) return null;
  return refused("dependency_cycle", `formula.steps: these would wait for each other: ${loop.join(" → ")}`);
}

function make(
  state: TownState,
  source: Issue,
  { formula, context }: { formula: Formula; context: Context },
): { changes: Change[]; molecule: string; steps: string[] } {
  const { rig, trace } = source;
  const { actor, now } = context;
  const place = { rig, trace, actor, now };
  const head = { title: `${formula.name}: ${source.title}`, body: formula.description, parent: source.bead };
  const molecule = newMolecule(state, { ...place, ...head, source: source.bead, formula: formula.name, steps: [] });
  const prefix = molecule.bead.slice(0, molecule.bead.lastIndexOf("-"));
  // Known before they are made: a step may need one that comes after it.
  const ids = new Map(formula.steps.map(({ id }, at) => [id, formatBeadId(prefix, molecule.number + 1 + at)]));
  const changes: Change[] = [{ type: "bead.created", bead: molecule }];
  let after = evolve(state, { type: "bead.created", bead: molecule }, now);
  for (const [at, { id, title, body, needs }] of formula.steps.entries()) {
    const step = newIssue(after, {
      ...place,
      kind: "step",
      title,
      body,
      parent: molecule.bead,
      molecule: molecule.bead,
      step: { id, needs: distinct(needs) },
      labels: ["gt:molecule-step", `step:${at}`],
      dependsOn: distinct(needs).flatMap((need) => ids.get(need) ?? []),
      blocked: needs.length > 0,
    });
    changes.push({ type: "bead.created", bead: step });
    after = evolve(after, { type: "bead.created", bead: step }, now);
  }
  const steps = [...ids.values()];
  changes.push({ type: "molecule.created", bead: molecule.bead, source: source.bead, formula: formula.name, steps });
  return { changes, molecule: molecule.bead, steps };
}
