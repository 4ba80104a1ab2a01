import type { Tx } from "@gastown/db";
import { eq, sql } from "@gastown/db/drizzle";
import type { TownState } from "../domain/state.ts";
import { toDate } from "./moments.ts";
import { towns } from "./schema/towns.ts";
import { townRow } from "./town-rows.ts";
import { saveRows } from "./write-rows.ts";

/**
 * A town as it is now, and when the rules must look at it: `due` is now, if it was not before, and undefined is when they had
 * to before.
 */
export interface SavedTown {
  readonly after: TownState;
  readonly look: { readonly at: number | null } | { readonly due: number } | undefined;
}

/** The towns' own rows are these; nobody else saved one since it was loaded, else a `ConflictError` is thrown. */
export async function saveTowns(tx: Tx, saved: readonly SavedTown[]): Promise<void> {
  const set = saved.filter(({ look }) => look === undefined || "at" in look);
  const marked = saved.filter(({ look }) => look !== undefined && "due" in look);
  await saveRows(tx, towns, { rows: set.map(rowOf) });
  await saveRows(tx, towns, { rows: marked.map(rowOf), earliest: "next_look_at" });
}

/** The rules look at the town now, unless they had to before. */
export async function markDue(tx: Tx, town: string, now: number): Promise<void> {
  const due = sql`least(${towns.nextLookAt}, ${toDate(now).toISOString()}::timestamptz)`;
  await tx.update(towns).set({ nextLookAt: due }).where(eq(towns.town, town));
}

function rowOf({ after: { town }, look }: SavedTown): typeof towns.$inferInsert {
  const row = townRow({ ...town, version: town.version + 1 });
  if (look === undefined) return row;
  return { ...row, nextLookAt: toDate("at" in look ? look.at : look.due) };
}
