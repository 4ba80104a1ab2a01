/** The beads do not belong to the convoy any more, and nothing of it waits for them or is waited for by them. */
import { removeFromConvoy as command } from "@gastown/contracts";
import type { Convoy, Issue } from "../bead.ts";
import type { Change } from "../change.ts";
import { distinct } from "../dependencies.ts";
import { findLiveConvoy } from "../find-convoy.ts";
import { applied, defineInput, notFound, refused, type Decided } from "../input.ts";
import { issueOf, type TownState } from "../state.ts";

export const removeFromConvoy = defineInput({
  command,
  needs: (data) => ({ convoys: [data.convoy], beads: data.beads }),
  decide(state, data) {
    const found = findLiveConvoy(state, data.convoy);
    if ("outcome" in found) return found;
    const { convoy } = found;
    const unknown = data.beads.find((id) => !convoy.members.includes(id) && !state.beads.has(id));
    if (unknown !== undefined) return notFound("bead_not_found", `there is no bead ${unknown}`);
    const removed = distinct(data.beads).filter((id) => convoy.members.includes(id));
    const members = convoy.members.filter((id) => !removed.includes(id));
    for (const id of removed) {
      const refusal = refuse(state, convoy, id);
      if (refusal !== null) return refusal;
    }
    const changed = { type: "convoy.changed", bead: convoy.bead, added: [], removed } as const;
    const changes = removed.length === 0 ? [] : [...parted(state, removed, members), changed];
    return applied(changes, { convoy: convoy.bead, beads: members });
  },
});

/** What was begun for a feature branch can go nowhere else; what is merged stays part of what lands. */
function refuse(state: TownState, { bead: convoy, branch }: Convoy, id: string): Decided | null {
  const bead = issueOf(state, id);
  if (bead === undefined || bead.status === "failed") return null;
  if (bead.status === "closed") return refused("wrong_state", `${id} is closed: it is part of what ${convoy} lands`);
  if (branch === null || bead.branch === null) return null;
  return refused("wrong_state", `${id} was begun for branch ${branch}; close it instead (gastown close ${id})`);
}

/** No dependency leads from one side to the other (kilo-town §1.4 `convoyRemoveBead`). */
function parted(state: TownState, removed: readonly string[], members: readonly string[]): Change[] {
  return [
    ...removed.flatMap((id) => issueOf(state, id) ?? []).flatMap((issue) => waitingForNone(issue, members)),
    ...members.flatMap((id) => issueOf(state, id) ?? []).flatMap((issue) => waitingForNone(issue, removed)),
  ];
}

function waitingForNone({ bead, dependsOn: before }: Issue, others: readonly string[]): Change[] {
  const dependsOn = before.filter((id) => !others.includes(id));
  return dependsOn.length === before.length ? [] : [{ type: "bead.updated", bead, changed: { dependsOn } }];
}
