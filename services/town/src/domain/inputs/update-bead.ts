/** A live bead has the given fields; those not given are as before, and no bead waits for itself. */
import { updateBead as command } from "@gastown/contracts";
import { isEnded, type Issue } from "../bead.ts";
import type { BeadEdit } from "../change.ts";
import { distinct, findCycle, refuseDependencies } from "../dependencies.ts";
import { applied, defineInput, notFound, refused, type Decided } from "../input.ts";
import type { TownState } from "../state.ts";

type Edits = Readonly<Record<string, unknown>>;

export const updateBead = defineInput({
  command,
  needs: (data) => ({ beads: [data.bead], dependenciesOf: data.dependsOn ?? [] }),
  decide(state, data) {
    const bead = state.beads.get(data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no bead ${data.bead}`);
    if (isEnded(bead)) return refused("wrong_state", `${bead.bead} is ${bead.status} and does not change any more`);
    const { bead: _, dependsOn, held, ...plain } = data;
    if (bead.type !== "issue") {
      if (dependsOn !== undefined || held !== undefined) {
        return refused("invalid", `${bead.bead} is a ${bead.type}: only work items wait for others or are held`);
      }
      return applied(edit(bead.bead, difference(bead, plain)));
    }
    const blockers = dependsOn === undefined ? undefined : distinct(dependsOn);
    const refusal = blockers === undefined ? null : refuseBlockers(state, bead, blockers);
    return refusal ?? applied(edit(bead.bead, issueDifference(state, bead, { ...plain, held, dependsOn: blockers })));
  },
});

function refuseBlockers(state: TownState, bead: Issue, dependsOn: readonly string[]): Decided | null {
  const cycle = findCycle(state, bead.bead, dependsOn);
  if (cycle !== null) return refused("dependency_cycle", `these would wait for each other: ${cycle.join(" → ")}`);
  return refuseDependencies(state, dependsOn);
}

function edit(bead: string, changed: BeadEdit) {
  return Object.keys(changed).length === 0 ? [] : [{ type: "bead.updated", bead, changed } as const];
}

function issueDifference(
  state: TownState,
  bead: Issue,
  edits: Edits & { dependsOn: readonly string[] | undefined },
): BeadEdit {
  const changed = difference(bead, edits);
  if (changed.dependsOn === undefined) return changed;
  const waits = changed.dependsOn.some((id) => state.beads.get(id)?.status !== "closed");
  // A bead that waits for nothing any more stays marked until a rule has told so.
  return { ...changed, ...difference(bead, { blocked: bead.blocked || waits }) };
}

/** The given fields whose value is another than the bead's. */
function difference(bead: object, edits: Edits): BeadEdit {
  const old = bead as Edits;
  const fields = Object.entries(edits).filter(
    ([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(old[name]),
  );
  return Object.fromEntries(fields);
}
