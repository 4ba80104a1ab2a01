import type { DataOf, ReplyOf, listAgents as query } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, asc, eq, gt } from "@gastown/db/drizzle";
import { agentView } from "../../domain/views.ts";
import { agentOf } from "../agent-rows.ts";
import { agents } from "../schema/agents.ts";
import { InvalidPageError } from "./invalid-page-error.ts";
import { numberAfter, pageOf } from "./page.ts";

/** A town's agents, in the order in which they were registered. */
export async function listAgents(tx: Tx, town: string, data: DataOf<typeof query>): Promise<ReplyOf<typeof query>> {
  const after = numberAfter(data.after);
  if (after === null) throw new InvalidPageError();
  const rows = await tx
    .select()
    .from(agents)
    .where(
      and(
        eq(agents.town, town),
        data.rig === undefined ? undefined : eq(agents.rig, data.rig),
        after === undefined ? undefined : gt(agents.number, after),
      ),
    )
    .orderBy(asc(agents.number))
    .limit(data.limit + 1);
  return pageOf(rows, data.limit, { item: (row) => agentView(agentOf(row)), place: (row) => String(row.number) });
}
