import type { Tx } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import type { Snapshot } from "../domain/snapshot.ts";
import type { PullRef } from "../forges/forge.ts";
import type { PullRow } from "./rows.ts";
import { pulls } from "./schema/pulls.ts";

export type ForeignPull = PullRef &
  Pick<PullRow, "id" | "causationId" | "correlationId" | "traceparent"> & { readonly snapshot: Snapshot };

/** A pull request that somebody opened on the forge is known; one that had ended here and was opened again there begins anew. */
export async function saveForeignPull(tx: Tx, { snapshot, ...pull }: ForeignPull): Promise<void> {
  const { title, body, headRef: headBranch, baseRef: baseBranch, draft } = snapshot;
  const seen = { title, body, headBranch, baseBranch, draft, status: "open" as const };
  const anew = { bead: null, state: null, closeWish: null, mergeWish: null, mergedAt: null, announced: false };
  await tx
    .insert(pulls)
    .values({ ...pull, ...seen, foreign: true, nextLookAt: sql`now()` })
    .onConflictDoUpdate({
      target: [pulls.town, pulls.rig, pulls.number],
      set: { ...seen, ...anew, foreign: true, nextLookAt: sql`now()`, version: sql`${pulls.version} + 1` },
    });
}
