import type { Tx } from "@gastown/db";
import { and, eq } from "drizzle-orm";
import type { TownState } from "../domain/state.ts";
import { ConflictError } from "./conflict-error.ts";
import { toDate } from "./moments.ts";
import { towns } from "./schema/towns.ts";
import { townRow } from "./town-rows.ts";

/**
 * The town's row is that of `after` and due at `nextLookAt` (undefined: when it was due before); nobody else saved the town
 * since it was loaded, else a `ConflictError` is thrown.
 */
export async function saveTown(tx: Tx, after: TownState, nextLookAt: number | null | undefined): Promise<void> {
  const { town, version } = after.town;
  const fields = townRow({ ...after.town, version: version + 1 });
  const due = nextLookAt === undefined ? {} : { nextLookAt: toDate(nextLookAt) };
  const written =
    version === 0
      ? await tx
          .insert(towns)
          .values({ ...fields, ...due })
          .onConflictDoNothing()
          .returning({ town: towns.town })
      : await tx
          .update(towns)
          .set({ ...fields, ...due })
          .where(and(eq(towns.town, town), eq(towns.version, version)))
          .returning({ town: towns.town });
  if (written.length !== 1) throw new ConflictError(`town ${town}`);
}
