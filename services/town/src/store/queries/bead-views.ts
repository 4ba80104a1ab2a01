import type { BeadView } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, eq, inArray, ne } from "@gastown/db/drizzle";
import type { Bead, MergeRequest } from "../../domain/bead.ts";
import { beadView } from "../../domain/views.ts";
import { findBeads } from "../load-beads.ts";
import { beads } from "../schema/beads.ts";
import { mergeRequests } from "../schema/merge-requests.ts";

/** The beads as others see them, with their blockers and merge requests looked up at once. */
export async function beadViews(tx: Tx, town: string, shown: readonly Bead[]): Promise<BeadView[]> {
  const blocking = await findBlocking(tx, town, shown);
  const requests = await findRequests(tx, town, shown);
  return shown.map((bead) =>
    beadView(bead, {
      blockedBy: bead.type === "issue" ? bead.dependsOn.filter((id) => blocking.has(id)) : [],
      request: requests.get(bead.bead) ?? null,
    }),
  );
}

async function findBlocking(tx: Tx, town: string, shown: readonly Bead[]): Promise<Set<string>> {
  const named = [...new Set(shown.flatMap((bead) => (bead.type === "issue" ? bead.dependsOn : [])))];
  if (named.length === 0) return new Set();
  const rows = await tx
    .select({ bead: beads.bead })
    .from(beads)
    .where(and(eq(beads.town, town), inArray(beads.bead, named), ne(beads.status, "closed")));
  return new Set(rows.map((row) => row.bead));
}

/** The last merge request of each work item. */
async function findRequests(tx: Tx, town: string, shown: readonly Bead[]): Promise<Map<string, MergeRequest>> {
  const sources = shown.flatMap((bead) => (bead.type === "issue" || bead.type === "convoy" ? [bead.bead] : []));
  if (sources.length === 0) return new Map();
  const found = await findBeads(tx, town, { condition: inArray(mergeRequests.source, sources) });
  // Newest first: the one that is set last is set earliest.
  const requests = found.filter((bead): bead is MergeRequest => bead.type === "merge_request").toReversed();
  return new Map(
    requests.flatMap((bead) => (bead.request.source === null ? [] : [[bead.request.source, bead] as const])),
  );
}
