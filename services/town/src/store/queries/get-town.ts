import type { ReplyOf, getTown as query } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, count, eq, ne } from "@gastown/db/drizzle";
import { townView } from "../../domain/views.ts";
import { agents } from "../schema/agents.ts";
import { beads } from "../schema/beads.ts";
import { towns } from "../schema/towns.ts";
import { townOf } from "../town-rows.ts";

/** A town with what it has of each status; agents are not counted among beads. Null when there is none. */
export async function getTown(tx: Tx, town: string): Promise<ReplyOf<typeof query> | null> {
  const [row] = await tx.select().from(towns).where(eq(towns.town, town));
  if (row === undefined) return null;
  const ofBeads = await tx
    .select({ status: beads.status, n: count() })
    .from(beads)
    .where(and(eq(beads.town, town), ne(beads.type, "agent")))
    .groupBy(beads.status);
  const ofAgents = await tx
    .select({ status: agents.status, n: count() })
    .from(agents)
    .where(eq(agents.town, town))
    .groupBy(agents.status);
  return { ...townView(townOf(row)), beads: counts(ofBeads), agents: counts(ofAgents) };
}

function counts(rows: readonly { status: string; n: number }[]): Record<string, number> {
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}
