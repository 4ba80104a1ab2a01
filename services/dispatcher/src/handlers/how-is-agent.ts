import type { AgentSeen } from "@gastown/contracts";
import { snapshot } from "@gastown/db";
import type { DispatcherContext } from "../context.ts";
import { isHere } from "../domain/nudged.ts";
import { isLive, type TownState } from "../domain/state.ts";
import { loadTown } from "../store/town-state.ts";

/** Which start of the agent is the newest; 0: there was none. */
function newestOf({ agents, wishes }: TownState, agent: string): number {
  return Math.max(agents.get(agent)?.generation ?? 0, wishes.get(agent)?.generation ?? 0);
}

/** What is stored of the agent's newest start, and the container to be asked about it; null when there is nobody to ask. */
function known(state: TownState, agent: string): { seen: AgentSeen; ask: string | null } | null {
  const generation = newestOf(state, agent);
  if (generation === 0) return null;
  const found = state.agents.get(agent);
  const waits = { generation, alive: true, session: false, busy: false, container: null };
  // It waits for a container, or to be asked for.
  if (found?.generation !== generation || found.state === "waiting") return { seen: waits, ask: null };
  const { container } = found;
  return { seen: { ...waits, alive: isLive(found), container }, ask: isHere(state, found) ? container : null };
}

/**
 * How the agent's newest start is: what is stored of it, and what its container host says now. Null when nothing is known of the agent, and
 * when its host does not answer in 8 s: one that is only slow must not lose the turn it is at, and one that has died is found out anyway.
 */
export async function howIsAgent(
  { db, host, logger }: Pick<DispatcherContext, "db" | "host" | "logger">,
  { town, agent, signal }: { town: string; agent: string; signal: AbortSignal },
): Promise<AgentSeen | null> {
  const found = known(await snapshot(db, (tx) => loadTown(tx, town)), agent);
  if (found === null || found.ask === null) return found?.seen ?? null;
  const { seen, ask: container } = found;
  const { generation } = seen;
  try {
    const said = await host.look(town, { container, agent, generation }, signal);
    return said === null ? null : { ...seen, ...said };
  } catch (error) {
    logger.warn({ town, agent, generation, container, error }, "the container does not say how an agent is");
    return null;
  }
}
