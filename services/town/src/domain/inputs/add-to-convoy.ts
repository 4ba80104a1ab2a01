/** The beads belong to the convoy, and it lands only with them. */
import { addToConvoy as command } from "@gastown/contracts";
import type { Bead, Convoy } from "../bead.ts";
import { distinct, findCycle } from "../dependencies.ts";
import { findLiveConvoy } from "../find-convoy.ts";
import { applied, defineInput, notFound, refused, type Decided } from "../input.ts";
import { liveRequestsFor, type TownState } from "../state.ts";

/** More than people can look through, and as many as a page of convoys can show. */
const maxMembers = 500;

export const addToConvoy = defineInput({
  command,
  needs: (data) => ({ around: [data.convoy], beads: data.beads, dependenciesOf: data.beads }),
  decide(state, data) {
    const found = findLiveConvoy(state, data.convoy);
    if ("outcome" in found) return found;
    const { convoy } = found;
    const added = distinct(data.beads).filter((id) => !convoy.members.includes(id));
    if (convoy.members.length + added.length > maxMembers) {
      return refused("invalid", `beads: a convoy has at most ${maxMembers}; this one has ${convoy.members.length}`);
    }
    for (const id of added) {
      const refusal = refuse(state, convoy, id);
      if (refusal !== null) return refusal;
    }
    const cycle = findCycle(state, convoy.bead, added);
    if (cycle !== null) {
      return refused(
        "dependency_cycle",
        `a convoy ends after its beads: ${cycle.join(" → ")} would wait for each other`,
      );
    }
    const changed = { type: "convoy.changed", bead: convoy.bead, added, removed: [] } as const;
    return applied(added.length === 0 ? [] : [changed], { convoy: convoy.bead, beads: [...convoy.members, ...added] });
  },
});

function refuse(state: TownState, convoy: Convoy, id: string): Decided | null {
  const bead = state.beads.get(id);
  if (bead === undefined) return notFound("bead_not_found", `there is no bead ${id}`);
  const whyNot = unfit(bead) ?? landsNow(state, convoy, bead);
  return whyNot === null ? null : refused("wrong_state", `${id} ${whyNot}`);
}

/** Work that was begun has its branch elsewhere. */
function unfit(bead: Bead): string | null {
  if (bead.type !== "issue" || bead.kind !== "task") return "is no work item of people's, which alone make up convoys";
  if (bead.convoy !== null) return `belongs to convoy ${bead.convoy} already`;
  if (bead.status !== "open") return `is ${bead.status}; only open beads are added`;
  if (bead.branch !== null) return `was begun on ${bead.branch} already`;
  return bead.assignee === null ? null : `was given to ${bead.assignee} already`;
}

/** What is added while a landing is on its way would be left behind. */
function landsNow(state: TownState, convoy: Convoy, { rig }: Bead): string | null {
  const landing = liveRequestsFor(state, convoy.bead).find((request) => request.rig === rig);
  if (landing === undefined) return null;
  return `comes too late: ${convoy.bead} lands in ${rig} by ${landing.bead}; add it when that has ended, or to another convoy`;
}
