import type { Tx } from "@gastown/db";
import { and, eq, inArray, or } from "drizzle-orm";
import type { TownState } from "../domain/state.ts";
import { agents } from "./schema/agents.ts";
import { beads } from "./schema/beads.ts";
import { causes } from "./schema/causes.ts";
import { dependencies } from "./schema/dependencies.ts";
import { mergeRequests } from "./schema/merge-requests.ts";
import { nudges } from "./schema/nudges.ts";
import { rigs } from "./schema/rigs.ts";

/** What was loaded and is not in the state any more has no row, and no row refers to it; histories stay. */
export async function deleteGone(tx: Tx, before: TownState, after: TownState): Promise<void> {
  const { town } = after.town;
  const goneBeads = gone(before.beads, after.beads);
  if (goneBeads.length > 0) {
    const ofDependencies = or(inArray(dependencies.bead, goneBeads), inArray(dependencies.dependsOn, goneBeads));
    await tx.delete(beads).where(and(eq(beads.town, town), inArray(beads.bead, goneBeads)));
    await tx.delete(mergeRequests).where(and(eq(mergeRequests.town, town), inArray(mergeRequests.bead, goneBeads)));
    await tx.delete(dependencies).where(and(eq(dependencies.town, town), ofDependencies));
    await tx.delete(causes).where(and(eq(causes.town, town), inArray(causes.bead, goneBeads)));
  }
  const goneAgents = gone(before.agents, after.agents);
  if (goneAgents.length > 0) {
    await tx.delete(agents).where(and(eq(agents.town, town), inArray(agents.agent, goneAgents)));
    await tx.delete(nudges).where(and(eq(nudges.town, town), inArray(nudges.agent, goneAgents)));
  }
  const goneNudges = gone(before.nudges, after.nudges);
  if (goneNudges.length > 0) {
    await tx.delete(nudges).where(and(eq(nudges.town, town), inArray(nudges.nudge, goneNudges)));
  }
  const goneRigs = gone(before.rigs, after.rigs);
  if (goneRigs.length > 0) await tx.delete(rigs).where(and(eq(rigs.town, town), inArray(rigs.rig, goneRigs)));
}

function gone(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  return [...before.keys()].filter((id) => !after.has(id));
}
