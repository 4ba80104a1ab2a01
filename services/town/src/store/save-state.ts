import type { Tx } from "@gastown/db";
import { and, eq, inArray } from "drizzle-orm";
import type { Agent } from "../domain/agent.ts";
import type { Bead } from "../domain/bead.ts";
import type { Nudge } from "../domain/nudge.ts";
import type { Rig } from "../domain/rig.ts";
import type { TownState } from "../domain/state.ts";
import { agentRow } from "./agent-rows.ts";
import { beadRow, requestRow } from "./bead-rows.ts";
import { ConflictError } from "./conflict-error.ts";
import { agents } from "./schema/agents.ts";
import { beads } from "./schema/beads.ts";
import { dependencies } from "./schema/dependencies.ts";
import { deleteGone } from "./delete-gone.ts";
import { nudgeRow } from "./nudge-rows.ts";
import { nudges } from "./schema/nudges.ts";
import { mergeRequests } from "./schema/merge-requests.ts";
import { rigs } from "./schema/rigs.ts";
import { rigRow } from "./town-rows.ts";

/**
 * The rows of rigs, beads and agents are those of `after`, if each one that changed is still as it was loaded; else nothing is
 * kept and a `ConflictError` is thrown. The town's own row is `saveTown`'s.
 */
export async function saveState(tx: Tx, before: TownState | null, after: TownState): Promise<void> {
  const { town } = after.town;
  for (const rig of changed(before?.rigs, after.rigs)) await saveRig(tx, town, rig);
  for (const bead of changed(before?.beads, after.beads))
    await saveBead(tx, town, { old: before?.beads.get(bead.bead), bead });
  for (const agent of changed(before?.agents, after.agents)) await saveAgent(tx, town, agent);
  for (const nudge of changed(before?.nudges, after.nudges)) await saveNudge(tx, town, nudge);
  if (before !== null) await deleteGone(tx, before, after);
}

/** State is never changed in place, so what is the same object is unchanged. */
function changed<T>(before: ReadonlyMap<string, T> | undefined, after: ReadonlyMap<string, T>): T[] {
  return Array.from(after).flatMap(([id, thing]) => (before?.get(id) === thing ? [] : [thing]));
}

async function saveRig(tx: Tx, town: string, rig: Rig): Promise<void> {
  const row = rigRow(town, { ...rig, version: rig.version + 1 });
  const mine = and(eq(rigs.town, town), eq(rigs.rig, rig.rig), eq(rigs.version, rig.version));
  const written =
    rig.version === 0
      ? await tx.insert(rigs).values(row).onConflictDoNothing().returning({ id: rigs.rig })
      : await tx.update(rigs).set(row).where(mine).returning({ id: rigs.rig });
  expectOne(written, `rig ${rig.rig}`);
}

async function saveAgent(tx: Tx, town: string, agent: Agent): Promise<void> {
  const row = agentRow(town, { ...agent, version: agent.version + 1 });
  const mine = and(eq(agents.town, town), eq(agents.agent, agent.agent), eq(agents.version, agent.version));
  const written =
    agent.version === 0
      ? await tx.insert(agents).values(row).onConflictDoNothing().returning({ id: agents.agent })
      : await tx.update(agents).set(row).where(mine).returning({ id: agents.agent });
  expectOne(written, `agent ${agent.agent}`);
}

async function saveNudge(tx: Tx, town: string, nudge: Nudge): Promise<void> {
  const row = nudgeRow(town, { ...nudge, version: nudge.version + 1 });
  const mine = and(eq(nudges.town, town), eq(nudges.nudge, nudge.nudge), eq(nudges.version, nudge.version));
  const written =
    nudge.version === 0
      ? await tx.insert(nudges).values(row).onConflictDoNothing().returning({ id: nudges.nudge })
      : await tx.update(nudges).set(row).where(mine).returning({ id: nudges.nudge });
  expectOne(written, `nudge ${nudge.nudge}`);
}

async function saveBead(tx: Tx, town: string, { old, bead }: { old: Bead | undefined; bead: Bead }): Promise<void> {
  const row = beadRow(town, { ...bead, version: bead.version + 1 });
  const mine = and(eq(beads.town, town), eq(beads.bead, bead.bead), eq(beads.version, bead.version));
  const written =
    bead.version === 0
      ? await tx.insert(beads).values(row).onConflictDoNothing().returning({ id: beads.bead })
      : await tx.update(beads).set(row).where(mine).returning({ id: beads.bead });
  expectOne(written, `bead ${bead.bead}`);
  if (bead.type === "merge_request") {
    const request = requestRow(town, bead);
    await tx
      .insert(mergeRequests)
      .values(request)
      .onConflictDoUpdate({ target: [mergeRequests.town, mergeRequests.bead], set: request });
  }
  if (bead.type === "issue")
    await saveDependencies(tx, town, {
      old: old?.type === "issue" ? old.dependsOn : [],
      bead: bead.bead,
      now: bead.dependsOn,
    });
}

async function saveDependencies(
  tx: Tx,
  town: string,
  of: { bead: string; old: readonly string[]; now: readonly string[] },
): Promise<void> {
  const { bead, old, now } = of;
  if (old === now || (old.length === 0 && now.length === 0)) return;
  if (old.length > 0) {
    await tx
      .delete(dependencies)
      .where(and(eq(dependencies.town, town), eq(dependencies.bead, bead), inArray(dependencies.dependsOn, [...old])));
  }
  if (now.length > 0) {
    await tx.insert(dependencies).values(now.map((dependsOn, position) => ({ town, bead, dependsOn, position })));
  }
}

function expectOne(rows: readonly unknown[], what: string): void {
  if (rows.length !== 1) throw new ConflictError(what);
}
