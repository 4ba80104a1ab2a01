import type { AgentSeen } from "@gastown/contracts";
import { snapshot } from "@gastown/db";
import type { DispatcherContext } from "../context.ts";
import { containerName, isIn, isLive } from "../domain/state.ts";
import { loadTown } from "../store/town-state.ts";

/**
 * How the agent's newest start is: what is stored of it, and what its container host says now. A host that does not answer, in 8 s, has no
 * session to speak of. Null when nothing is known of the agent.
 */
export async function howIsAgent(
  { db, host, logger }: Pick<DispatcherContext, "db" | "host" | "logger">,
  { town, agent, signal }: { town: string; agent: string; signal: AbortSignal },
): Promise<AgentSeen | null> {
  const state = await snapshot(db, (tx) => loadTown(tx, town));
  const known = state.agents.get(agent);
  const wished = state.wishes.get(agent)?.generation ?? 0;
  const generation = Math.max(known?.generation ?? 0, wished);
  if (generation === 0) return null;
  const nowhere = { generation, alive: true, session: false, busy: false, container: null };
  // It waits for a container, or to be asked for.
  if (known === undefined || known.generation < generation || known.state === "waiting") return nowhere;
  const { container } = known;
  if (!isLive(known)) return { ...nowhere, alive: false, container };
  if (!isIn(known, state.container)) return { ...nowhere, container };
  const name = containerName(town, state.container.generation);
  const seen = await host.look(town, { container: name, agent, generation }, signal).catch((error: unknown) => {
    logger.warn({ town, agent, generation, container: name, error }, "the container does not say how an agent is");
    return null;
  });
  return { ...nowhere, container, ...seen };
}
