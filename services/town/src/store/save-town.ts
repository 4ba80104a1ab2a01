import type { Tx } from "@gastown/db";
import type { TownState } from "../domain/state.ts";
import { toDate } from "./moments.ts";
import { towns } from "./schema/towns.ts";
import { townRow } from "./town-rows.ts";
import { saveRows } from "./write-rows.ts";

/** A town as it is now, and when the rules must look at it: null is never, undefined is when they had to before. */
export interface SavedTown {
  readonly after: TownState;
  readonly nextLookAt: number | null | undefined;
}

/** The towns' own rows are these; nobody else saved one since it was loaded, else a `ConflictError` is thrown. */
export async function saveTowns(tx: Tx, saved: readonly SavedTown[]): Promise<void> {
  const rows = saved.map(({ after: { town }, nextLookAt }) => ({
    ...townRow({ ...town, version: town.version + 1 }),
    ...(nextLookAt === undefined ? {} : { nextLookAt: toDate(nextLookAt) }),
  }));
  await saveRows(tx, towns, rows);
}
