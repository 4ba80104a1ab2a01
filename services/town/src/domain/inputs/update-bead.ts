/** A live bead has the given fields; those not given are as before, and no bead waits for itself. */
import { updateBead as command, type DataOf } from "@gastown/contracts";
import { isEnded, type Bead, type Issue } from "../bead.ts";
import type { BeadEdit } from "../change.ts";
import { distinct, findCycle, refuseDependencies } from "../dependencies.ts";
import { differing } from "../differing.ts";
import { applied, defineInput, notFound, refused, type Decided } from "../input.ts";
import { labelsAfter, refuseLabels } from "../labels.ts";
import type { TownState } from "../state.ts";

type Data = DataOf<typeof command>;
/** What may be edited, where undefined is not given. */
type Edits = { readonly [F in keyof BeadEdit]: BeadEdit[F] | undefined };

export const updateBead = defineInput({
  command,
  needs: (data) => ({ beads: [data.bead], dependenciesOf: data.dependsOn ?? [] }),
  decide(state, data) {
    const bead = state.beads.get(data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no bead ${data.bead}`);
    if (isEnded(bead)) return refused("wrong_state", `${bead.bead} is ${bead.status} and does not change any more`);
    return refuseLabels(data.labels ?? [], bead.labels) ?? change(state, bead, data);
  },
});

function change(state: TownState, bead: Bead, { dependsOn, held, labels, title, body, priority }: Data): Decided {
  const own = { title, body, priority, labels: labels === undefined ? undefined : labelsAfter(bead.labels, labels) };
  if (bead.type !== "issue") {
    const forWork = dependsOn !== undefined || held !== undefined;
    if (!forWork) return applied(edit(bead.bead, differing(bead, own)));
    return refused("invalid", `${bead.bead} is a ${bead.type}: only work items wait for others or are held`);
  }
  const blockers = dependsOn === undefined ? undefined : distinct(dependsOn);
  const refusal = blockers === undefined ? null : refuseBlockers(state, bead, blockers);
  return refusal ?? applied(edit(bead.bead, issueDifference(state, bead, { ...own, held, dependsOn: blockers })));
}

function refuseBlockers(state: TownState, bead: Issue, dependsOn: readonly string[]): Decided | null {
  const cycle = findCycle(state, bead.bead, dependsOn);
  if (cycle !== null) return refused("dependency_cycle", `these would wait for each other: ${cycle.join(" → ")}`);
  return refuseDependencies(state, dependsOn);
}

function edit(bead: string, changed: BeadEdit) {
  return Object.keys(changed).length === 0 ? [] : [{ type: "bead.updated", bead, changed } as const];
}

function issueDifference(state: TownState, bead: Issue, edits: Edits): BeadEdit {
  const changed = differing(bead, edits);
  if (changed.dependsOn === undefined) return changed;
  const waits = changed.dependsOn.some((id) => state.beads.get(id)?.status !== "closed");
  // A bead that waits for nothing any more stays marked until a rule has told so.
  return { ...changed, ...differing(bead, { blocked: bead.blocked || waits }) };
}
