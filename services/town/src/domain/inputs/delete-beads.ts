/** The beads are gone with all that goes with them, and nothing refers to them any more; ids that do not exist are told. */
import { deleteBeads as command } from "@gastown/contracts";
import { distinct } from "../dependencies.ts";
import { applied, defineInput } from "../input.ts";
import { removeTrees } from "../remove-trees.ts";

export const deleteBeads = defineInput({
  command,
  needs: (data) => ({ treesOf: data.beads }),
  decide(state, data, { now }) {
    const asked = distinct(data.beads);
    const { changes, deleted } = removeTrees(state, asked, now);
    return applied(changes, { deleted, missing: asked.filter((id) => !state.beads.has(id)) });
  },
});
