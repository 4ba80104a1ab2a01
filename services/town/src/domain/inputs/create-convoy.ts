/** There is a convoy with an open bead for each of its tasks, which wait for each other as was asked. */
import { createConvoy as command, type DataOf } from "@gastown/contracts";
import type { Convoy, Issue } from "../bead.ts";
import { distinct } from "../dependencies.ts";
import { evolve } from "../evolve.ts";
import { noLanding } from "../evolve/convoy-steps.ts";
import { findLoop } from "../find-loop.ts";
import { applied, defineInput, notFound, refused, type Context, type Decided } from "../input.ts";
import { refuseLabels } from "../labels.ts";
import { newConvoy, newIssue } from "../new-bead.ts";
import { policyIn, type TownState } from "../state.ts";

type Asked = DataOf<typeof command>;
type Task = Asked["tasks"][number];

export const createConvoy = defineInput({
  command,
  needs: ({ tasks }) => ({ rigs: distinct(tasks.map(({ rig }) => rig)) }),
  decide(state, data, context) {
    const refusal = refuseTasks(state, data.tasks);
    if (refusal !== null) return refusal;
    const { convoy, issues } = make(state, data, context);
    return applied(
      [
        { type: "bead.created", bead: convoy },
        ...issues.map((bead) => ({ type: "bead.created", bead }) as const),
        { type: "convoy.created", bead: convoy.bead },
      ],
      { convoy: convoy.bead, beads: convoy.members },
    );
  },
});

/** Nothing of a convoy is made before all of it is known to be possible (kilo-town §1.7 step 3 ignores what is not). */
function refuseTasks(state: TownState, tasks: readonly Task[]): Decided | null {
  for (const [index, { rig, labels, dependsOn }] of tasks.entries()) {
    if (!state.rigs.has(rig)) {
      return notFound("rig_not_found", `tasks[${index}].rig: there is no rig ${rig} in this town`);
    }
    if (dependsOn.includes(index)) return refused("invalid", `tasks[${index}].dependsOn: it cannot wait for itself`);
    const outside = dependsOn.find((other) => other >= tasks.length);
    if (outside !== undefined) {
      return refused(
        "invalid",
        `tasks[${index}].dependsOn: there is no task ${outside}, the last is ${tasks.length - 1}`,
      );
    }
    const labelled = refuseLabels(labels);
    if (labelled !== null) return labelled;
  }
  return refuseLoop(tasks);
}

function refuseLoop(tasks: readonly Task[]): Decided | null {
  const indexes = [...tasks.keys()].map(String);
  const loop = findLoop(indexes, (index) => (tasks[Number(index)]?.dependsOn ?? []).map(String));
  if (loop === null) return null;
  const names = loop.map((index) => `${index} (${tasks[Number(index)]?.title})`);
  return refused("dependency_cycle", `tasks: these would wait for each other: ${names.join(" → ")}`);
}

function make(state: TownState, data: Asked, { now, actor, trace }: Context): { convoy: Convoy; issues: Issue[] } {
  const by = { now, actor, trace };
  const { stagedConvoys } = state.town.policy;
  const mode = { mergeMode: data.mergeMode ?? mergeModeFor(state, data.tasks), staged: data.staged ?? stagedConvoys };
  const empty = newConvoy(state, { title: data.title, body: "", ...mode, ...by });
  let made = evolve(state, { type: "bead.created", bead: empty }, now);
  const plain: Issue[] = [];
  for (const { dependsOn, ...task } of data.tasks) {
    const blocked = dependsOn.length > 0;
    const issue = newIssue(made, { ...task, ...by, parent: empty.bead, convoy: empty.bead, blocked });
    plain.push(issue);
    made = evolve(made, { type: "bead.created", bead: issue }, now);
  }
  const members = plain.map(({ bead }) => bead);
  const issues = plain.map((issue, index) => {
    const waitsFor = data.tasks[index]?.dependsOn ?? [];
    return { ...issue, dependsOn: distinct(waitsFor.flatMap((other) => members[other] ?? [])) };
  });
  const landings = empty.branch === null ? [] : distinct(data.tasks.map(({ rig }) => rig)).map(noLanding);
  return { convoy: { ...empty, members, landings }, issues };
}

/** A rig may have its own (kilo-town §1.12); over several rigs there is one convoy and so one mode, the town's. */
function mergeModeFor(state: TownState, tasks: readonly Task[]): Convoy["mergeMode"] {
  const [rig = null, ...others] = distinct(tasks.map((task) => task.rig));
  return policyIn(state, others.length > 0 ? null : rig).convoyMergeMode;
}
