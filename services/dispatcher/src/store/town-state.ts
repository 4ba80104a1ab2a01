import type { Tx } from "@gastown/db";
import { and, eq, inArray } from "drizzle-orm";
import { emptyTown, type TownState } from "../domain/state.ts";
import { agentOf, agentRow, containerOf, containerRow, wishOf, wishRow } from "./rows.ts";
import { agentObserved } from "./schema/agent-observed.ts";
import { agentWishes } from "./schema/agent-wishes.ts";
import { containers } from "./schema/containers.ts";

/** All that is stored of a town. A town that nothing was wished for is empty, not an error. */
export async function loadTown(tx: Tx, town: string): Promise<TownState> {
  const [container] = await tx.select().from(containers).where(eq(containers.town, town));
  const wishes = await tx.select().from(agentWishes).where(eq(agentWishes.town, town));
  const agents = await tx.select().from(agentObserved).where(eq(agentObserved.town, town));
  return {
    container: container === undefined ? emptyTown(town).container : containerOf(container),
    wishes: new Map(wishes.map((row) => [row.agent, wishOf(row)])),
    agents: new Map(agents.map((row) => [row.agent, agentOf(row)])),
  };
}

/** What differs between the two states is written. The caller holds the town's lock since it loaded `before`. */
export async function saveTown(tx: Tx, before: TownState, after: TownState): Promise<void> {
  const { town } = after.container;
  if (after.container !== before.container) {
    const row = containerRow(after.container);
    await tx.insert(containers).values(row).onConflictDoUpdate({ target: containers.town, set: row });
  }
  const gone = [...before.wishes.keys()].filter((agent) => !after.wishes.has(agent));
  if (gone.length > 0) {
    await tx.delete(agentWishes).where(and(eq(agentWishes.town, town), inArray(agentWishes.agent, gone)));
  }
  for (const wish of after.wishes.values()) {
    if (wish === before.wishes.get(wish.agent)) continue;
    const row = wishRow(town, wish);
    const target = [agentWishes.town, agentWishes.agent];
    await tx.insert(agentWishes).values(row).onConflictDoUpdate({ target, set: row });
  }
  for (const agent of after.agents.values()) {
    if (agent === before.agents.get(agent.agent)) continue;
    const row = agentRow(town, agent);
    const target = [agentObserved.town, agentObserved.agent];
    await tx.insert(agentObserved).values(row).onConflictDoUpdate({ target, set: row });
  }
}
