import { purgeOutbox, type Tx } from "@gastown/db";
import { and, eq, or } from "@gastown/db/drizzle";
import type { TownState } from "../domain/state.ts";
import { isOneOf } from "./is-one-of.ts";
import { agents } from "./schema/agents.ts";
import { beads } from "./schema/beads.ts";
import { causes } from "./schema/causes.ts";
import { dependencies } from "./schema/dependencies.ts";
import { mergeRequests } from "./schema/merge-requests.ts";
import { nudges } from "./schema/nudges.ts";
import { rigs } from "./schema/rigs.ts";

/**
 * What was loaded and is not in the state any more has no row, no row refers to it, and what was to be asked of others about
 * it and was not sent yet never is (kilo-town §2.1). Histories stay: `bead.deleted` is the last entry of a bead's.
 */
export async function deleteGone(tx: Tx, before: TownState, after: TownState): Promise<void> {
  const { town } = after.town;
  const goneAgents = gone(before.agents, after.agents);
  // The bead of an agent has its id, and is not loaded with it everywhere.
  const goneBeads = [...new Set([...gone(before.beads, after.beads), ...goneAgents])];
  const goneRigs = gone(before.rigs, after.rigs);
  if (goneBeads.length > 0) {
    const edge = or(isOneOf(dependencies.bead, goneBeads), isOneOf(dependencies.dependsOn, goneBeads));
    await tx.delete(beads).where(and(eq(beads.town, town), isOneOf(beads.bead, goneBeads)));
    await tx.delete(mergeRequests).where(and(eq(mergeRequests.town, town), isOneOf(mergeRequests.bead, goneBeads)));
    await tx.delete(dependencies).where(and(eq(dependencies.town, town), edge));
    await tx.delete(causes).where(and(eq(causes.town, town), isOneOf(causes.bead, goneBeads)));
  }
  if (goneAgents.length > 0) {
    await tx.delete(agents).where(and(eq(agents.town, town), isOneOf(agents.agent, goneAgents)));
    await tx.delete(nudges).where(and(eq(nudges.town, town), isOneOf(nudges.agent, goneAgents)));
  }
  if (goneRigs.length > 0) await tx.delete(rigs).where(and(eq(rigs.town, town), isOneOf(rigs.rig, goneRigs)));
  if (goneBeads.length > 0) await purgeOutbox(tx, town, goneBeads);
}

function gone(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  return [...before.keys()].filter((id) => !after.has(id));
}
