import type { BeadView } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { loadBeads } from "../load-beads.ts";
import { beadViews } from "./bead-views.ts";

/** One bead; null when there is none. */
export async function getBead(tx: Tx, town: string, bead: string): Promise<BeadView | null> {
  const [view] = await beadViews(tx, town, await loadBeads(tx, town, [bead]));
  return view ?? null;
}
