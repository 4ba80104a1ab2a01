import type { ReplyOf, getMayor as query } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, asc, count, eq } from "@gastown/db/drizzle";
import { mayorStatusOf } from "../../domain/mayor.ts";
import { agentView } from "../../domain/views.ts";
import { agentOf } from "../agent-rows.ts";
import { agents } from "../schema/agents.ts";
import { beads } from "../schema/beads.ts";
import { nudges } from "../schema/nudges.ts";

/** The town's mayor, and how much it was not given yet. */
export async function getMayor(tx: Tx, town: string): Promise<ReplyOf<typeof query>> {
  const [row] = await tx
    .select()
    .from(agents)
    .where(and(eq(agents.town, town), eq(agents.role, "mayor")))
    .orderBy(asc(agents.number))
    .limit(1);
  if (row === undefined) return { mayor: null };
  const mayor = agentOf(row);
  const [said] = await tx
    .select({ n: count() })
    .from(nudges)
    .where(and(eq(nudges.town, town), eq(nudges.agent, mayor.agent), eq(nudges.state, "pending")));
  const [mail] = await tx
    .select({ n: count() })
    .from(beads)
    .where(
      and(eq(beads.town, town), eq(beads.type, "message"), eq(beads.assignee, mayor.agent), eq(beads.status, "open")),
    );
  const view = agentView(mayor);
  const lastActivityAt = view.activeAt ?? view.createdAt;
  const counts = { pending: said?.n ?? 0, unreadMail: mail?.n ?? 0 };
  return { mayor: { agent: view, status: mayorStatusOf(mayor), lastActivityAt, ...counts } };
}
