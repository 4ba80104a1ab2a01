import type { Tx } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import type { Cause } from "../domain/explain.ts";
import { causeRow } from "./cause-rows.ts";
import { causes } from "./schema/causes.ts";
import { putRows } from "./write-rows.ts";

/** What rules say about beads is `after`; rows that say the same as before are not touched. */
export async function saveCauses(
  tx: Tx,
  town: string,
  { before, after }: { before: readonly Cause[]; after: readonly Cause[] },
): Promise<void> {
  const said = new Map(after.map((cause) => [key(cause), cause]));
  const old = new Map(before.map((cause) => [key(cause), cause]));
  const gone = before.filter((cause) => !said.has(key(cause))).map(({ bead, rule }) => ({ bead, rule }));
  if (gone.length > 0) {
    await tx.execute(sql`
      delete from ${causes} using json_to_recordset(${JSON.stringify(gone)}::json) as gone (bead text, rule text)
      where ${causes.town} = ${town} and ${causes.bead} = gone.bead and ${causes.rule} = gone.rule`);
  }
  const renewed = Array.from(said).flatMap(([id, cause]) => (isSame(old.get(id), cause) ? [] : [cause]));
  await putRows(
    tx,
    causes,
    renewed.map((cause) => causeRow(town, cause)),
  );
}

function key(cause: Cause): string {
  return `${cause.bead} ${cause.rule}`;
}

function isSame(old: Cause | undefined, cause: Cause): boolean {
  return (
    old?.says === cause.says &&
    old.movesWhen === cause.movesWhen &&
    old.until === cause.until &&
    old.since === cause.since
  );
}
