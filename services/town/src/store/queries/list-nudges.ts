import type { DataOf, ReplyOf, listNudges as query } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, desc, eq, inArray, lt } from "@gastown/db/drizzle";
import { nudgeView } from "../../domain/views.ts";
import { nudgeOf } from "../nudge-rows.ts";
import { nudges } from "../schema/nudges.ts";
import { InvalidPageError } from "./invalid-page-error.ts";
import { numberAfter, pageOf } from "./page.ts";

/** A town's nudges with what became of them, newest first. */
export async function listNudges(tx: Tx, town: string, data: DataOf<typeof query>): Promise<ReplyOf<typeof query>> {
  const after = numberAfter(data.after);
  if (after === null) throw new InvalidPageError();
  const rows = await tx
    .select()
    .from(nudges)
    .where(
      and(
        eq(nudges.town, town),
        data.agent === undefined ? undefined : eq(nudges.agent, data.agent),
        data.state === undefined ? undefined : inArray(nudges.state, data.state),
        after === undefined ? undefined : lt(nudges.number, after),
      ),
    )
    .orderBy(desc(nudges.number))
    .limit(data.limit + 1);
  return pageOf(rows, data.limit, { item: (row) => nudgeView(nudgeOf(row)), place: (row) => String(row.number) });
}
