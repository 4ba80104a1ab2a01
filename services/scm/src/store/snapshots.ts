import type { Tx } from "@gastown/db";
import { lt } from "@gastown/db/drizzle";
import type { StoredReading } from "./pull-look.ts";
import { snapshots } from "./schema/snapshots.ts";

/** The reading is the last one of its head, unless a later one is there. */
export async function saveReading(tx: Tx, pull: string, { snapshot, readAt }: StoredReading): Promise<void> {
  const set = { rawHash: snapshot.rawHash, snapshot, readAt };
  await tx
    .insert(snapshots)
    .values({ pull, head: snapshot.head, ...set })
    .onConflictDoUpdate({
      target: [snapshots.pull, snapshots.head],
      set,
      setWhere: lt(snapshots.readAt, readAt),
    });
}
