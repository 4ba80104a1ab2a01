import type { Tx } from "@gastown/db";
import { and, eq, or } from "drizzle-orm";
import type { Cause } from "../domain/explain.ts";
import { causeRow } from "./cause-rows.ts";
import { causes } from "./schema/causes.ts";

/** What rules say about beads is `after`; rows that say the same as before are not touched. */
export async function saveCauses(
  tx: Tx,
  town: string,
  { before, after }: { before: readonly Cause[]; after: readonly Cause[] },
): Promise<void> {
  const said = new Map(after.map((cause) => [key(cause), cause]));
  const old = new Map(before.map((cause) => [key(cause), text(cause)]));
  const gone = before.filter((cause) => !said.has(key(cause)));
  if (gone.length > 0) {
    const each = gone.map((cause) => and(eq(causes.bead, cause.bead), eq(causes.rule, cause.rule)));
    await tx.delete(causes).where(and(eq(causes.town, town), or(...each)));
  }
  for (const cause of said.values()) {
    if (old.get(key(cause)) === text(cause)) continue;
    const row = causeRow(town, cause);
    await tx
      .insert(causes)
      .values(row)
      .onConflictDoUpdate({ target: [causes.town, causes.bead, causes.rule], set: row });
  }
}

function key(cause: Cause): string {
  return `${cause.bead} ${cause.rule}`;
}

function text({ says, movesWhen, until, since }: Cause): string {
  return JSON.stringify([says, movesWhen, until, since]);
}
