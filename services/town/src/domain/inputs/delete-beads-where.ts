/** Up to 500 beads of these statuses, the oldest first, are gone with all that goes with them; `more` says that others are left. */
import { deleteBeadsWhere as command, type DataOf } from "@gastown/contracts";
import type { Bead } from "../bead.ts";
import { applied, defineInput, notFound } from "../input.ts";
import { removeTrees } from "../remove-trees.ts";

const atOnce = 500;

export const deleteBeadsWhere = defineInput({
  command,
  // One more than are deleted shows whether there are more.
  needs: (data) => ({ rigs: data.rig === undefined ? [] : [data.rig], treesWhere: { ...data, limit: atOnce + 1 } }),
  decide(state, data, { now }) {
    const { rig } = data;
    if (rig !== undefined && !state.rigs.has(rig))
      return notFound("rig_not_found", `there is no rig ${rig} in this town`);
    const meant = [...state.beads.values()]
      .filter((bead) => isMeant(bead, data))
      .toSorted((a, b) => a.number - b.number);
    const roots = meant.slice(0, atOnce).map(({ bead }) => bead);
    const { changes, deleted } = removeTrees(state, roots, now);
    return applied(changes, { deleted, more: meant.length > atOnce });
  },
});

function isMeant(bead: Bead, { status, rig, type }: DataOf<typeof command>): boolean {
  if (bead.type === "agent" || !status.includes(bead.status)) return false;
  return (rig === undefined || bead.rig === rig) && (type === undefined || type.includes(bead.type));
}
