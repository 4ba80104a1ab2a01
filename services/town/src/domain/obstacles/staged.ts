import { convoyOf } from "../state.ts";
import type { Obstacle } from "./index.ts";

/** Its convoy was not started yet (kilo-town §3.3 B1): that waits for a person and is no work (W10). */
export const staged: Obstacle = (snapshot, { bead, convoy: id }) => {
  const convoy = id === null ? undefined : convoyOf(snapshot, id);
  if (convoy?.staged !== true) return null;
  const movesWhen = `a person starts it (gastown convoy start ${convoy.bead})`;
  return { bead, says: `waits for its convoy ${convoy.bead}, which is staged`, movesWhen, until: null };
};
