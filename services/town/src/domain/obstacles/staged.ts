import type { Issue } from "../bead.ts";
import type { Explanation } from "../rule.ts";
import { convoyOf, type TownState } from "../state.ts";

/** Its convoy was not started yet (kilo-town §3.3 B1): that waits for a person and is no work (W10). */
export function staged(state: TownState, { bead, convoy: id }: Issue): Explanation | null {
  const convoy = id === null ? undefined : convoyOf(state, id);
  if (convoy?.staged !== true) return null;
  const movesWhen = `a person starts it (gastown convoy start ${convoy.bead})`;
  return { bead, says: `waits for its convoy ${convoy.bead}, which is staged`, movesWhen, until: null };
}
