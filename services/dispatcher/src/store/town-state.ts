import type { Tx } from "@gastown/db";
import { and, eq, inArray } from "@gastown/db/drizzle";
import { emptyTown, type TownState } from "../domain/state.ts";
import {
  agentOf,
  agentRow,
  containerOf,
  containerRow,
  mayorOf,
  modelOf,
  modelRow,
  nudgeOf,
  nudgeRow,
  wishOf,
  wishRow,
} from "./rows.ts";
import { agentModels } from "./schema/agent-models.ts";
import { agentNudges } from "./schema/agent-nudges.ts";
import { agentObserved } from "./schema/agent-observed.ts";
import { agentWishes } from "./schema/agent-wishes.ts";
import { containers } from "./schema/containers.ts";

/** All that is stored of a town. A town that nothing was wished for is empty, not an error. */
export async function loadTown(tx: Tx, town: string): Promise<TownState> {
  const [container] = await tx.select().from(containers).where(eq(containers.town, town));
  const wishes = await tx.select().from(agentWishes).where(eq(agentWishes.town, town));
  const agents = await tx.select().from(agentObserved).where(eq(agentObserved.town, town));
  const nudges = await tx.select().from(agentNudges).where(eq(agentNudges.town, town));
  const models = await tx.select().from(agentModels).where(eq(agentModels.town, town));
  return {
    mayor: container === undefined ? null : mayorOf(container),
    models: new Map(models.map((row) => [row.agent, modelOf(row)])),
    container: container === undefined ? emptyTown(town).container : containerOf(container),
    wishes: new Map(wishes.map((row) => [row.agent, wishOf(row)])),
    agents: new Map(agents.map((row) => [row.agent, agentOf(row)])),
    nudges: new Map(nudges.map((row) => [row.nudge, nudgeOf(row)])),
  };
}

/** What differs between the two states is written. The caller holds the town's lock since it loaded `before`. */
export async function saveTown(tx: Tx, before: TownState, after: TownState): Promise<void> {
  if (after.container !== before.container || after.mayor !== before.mayor) {
    const row = { ...containerRow(after.container), mayor: after.mayor };
    await tx.insert(containers).values(row).onConflictDoUpdate({ target: containers.town, set: row });
  }
  await saveWishes(tx, before, after);
  await saveAgents(tx, before, after);
  await saveNudges(tx, before, after);
  await saveModels(tx, before, after);
}

async function saveWishes(tx: Tx, before: TownState, after: TownState): Promise<void> {
  const { town } = after.container;
  const { gone, changed } = difference(before.wishes, after.wishes);
  if (gone.length > 0) {
    await tx.delete(agentWishes).where(and(eq(agentWishes.town, town), inArray(agentWishes.agent, gone)));
  }
  for (const wish of changed) {
    const row = wishRow(town, wish);
    const target = [agentWishes.town, agentWishes.agent];
    await tx.insert(agentWishes).values(row).onConflictDoUpdate({ target, set: row });
  }
}

async function saveAgents(tx: Tx, before: TownState, after: TownState): Promise<void> {
  const { town } = after.container;
  const { gone, changed } = difference(before.agents, after.agents);
  if (gone.length > 0) {
    await tx.delete(agentObserved).where(and(eq(agentObserved.town, town), inArray(agentObserved.agent, gone)));
  }
  for (const agent of changed) {
    const row = agentRow(town, agent);
    const target = [agentObserved.town, agentObserved.agent];
    await tx.insert(agentObserved).values(row).onConflictDoUpdate({ target, set: row });
  }
}

async function saveNudges(tx: Tx, before: TownState, after: TownState): Promise<void> {
  const { town } = after.container;
  const { gone, changed } = difference(before.nudges, after.nudges);
  if (gone.length > 0) {
    await tx.delete(agentNudges).where(and(eq(agentNudges.town, town), inArray(agentNudges.nudge, gone)));
  }
  for (const nudge of changed) {
    const row = nudgeRow(town, nudge);
    const target = [agentNudges.town, agentNudges.nudge];
    await tx.insert(agentNudges).values(row).onConflictDoUpdate({ target, set: row });
  }
}

async function saveModels(tx: Tx, before: TownState, after: TownState): Promise<void> {
  const { town } = after.container;
  const { gone, changed } = difference(before.models, after.models);
  if (gone.length > 0) {
    await tx.delete(agentModels).where(and(eq(agentModels.town, town), inArray(agentModels.agent, gone)));
  }
  for (const wish of changed) {
    const row = modelRow(town, wish);
    const target = [agentModels.town, agentModels.agent];
    await tx.insert(agentModels).values(row).onConflictDoUpdate({ target, set: row });
  }
}

/** States are never changed in place, so that another object is another state. */
function difference<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): { gone: string[]; changed: T[] } {
  return {
    gone: [...before.keys()].filter((key) => !after.has(key)),
    changed: [...after].filter(([key, value]) => before.get(key) !== value).map(([, value]) => value),
  };
}
