import type { AgentView } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, eq } from "@gastown/db/drizzle";
import { agentView } from "../../domain/views.ts";
import { agentOf } from "../agent-rows.ts";
import { agents } from "../schema/agents.ts";

/** One agent; null when there is none. */
export async function getAgent(tx: Tx, town: string, agent: string): Promise<AgentView | null> {
  const [row] = await tx
    .select()
    .from(agents)
    .where(and(eq(agents.town, town), eq(agents.agent, agent)));
  return row === undefined ? null : agentView(agentOf(row));
}
