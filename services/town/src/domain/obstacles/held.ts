import type { Obstacle } from "./index.ts";

/** A person holds it back. */
export const held: Obstacle = (_snapshot, { bead, held: isHeld }) =>
  isHeld ? { bead, says: "is held", movesWhen: `its hold is lifted (gastown sling ${bead})`, until: null } : null;
