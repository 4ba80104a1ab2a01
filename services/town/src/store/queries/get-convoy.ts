import type { ConvoyView } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { loadBeads } from "../load-beads.ts";
import { convoyViews } from "./convoy-views.ts";

/** One convoy; null when there is none. */
export async function getConvoy(tx: Tx, town: string, id: string): Promise<ConvoyView | null> {
  const [bead] = await loadBeads(tx, town, [id]);
  if (bead?.type !== "convoy") return null;
  const [view] = await convoyViews(tx, town, [bead]);
  return view ?? null;
}
