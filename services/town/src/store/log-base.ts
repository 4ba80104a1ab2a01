import type { Tx } from "@gastown/db";
import { eq } from "@gastown/db/drizzle";
import type { Base } from "../domain/replay.ts";
import type { TownState } from "../domain/state.ts";
import { toDate, toMs } from "./moments.ts";
import { logBase, type StoredState } from "./schema/log.ts";

/** What a town's replay begins with; null when its log is whole. */
export async function loadBase(tx: Tx, town: string): Promise<Base | null> {
  const [row] = await tx.select().from(logBase).where(eq(logBase.town, town));
  return row === undefined ? null : { entry: row.entry, at: toMs(row.at), state: stateOf(row.state) };
}

/** The town's replay begins with this from now on. */
export async function saveBase(tx: Tx, town: string, { entry, at, state }: Base): Promise<void> {
  const fields = { entry, at: toDate(at), state: storedOf(state) };
  await tx
    .insert(logBase)
    .values({ town, ...fields })
    .onConflictDoUpdate({ target: logBase.town, set: fields });
}

function storedOf({ town, rigs, beads, agents, nudges }: TownState): StoredState {
  return {
    town,
    rigs: [...rigs.values()],
    beads: [...beads.values()],
    agents: [...agents.values()],
    nudges: [...nudges.values()],
  };
}

function stateOf({ town, rigs, beads, agents, nudges }: StoredState): TownState {
  return {
    town,
    rigs: new Map(rigs.map((rig) => [rig.rig, rig])),
    beads: new Map(beads.map((bead) => [bead.bead, bead])),
    agents: new Map(agents.map((agent) => [agent.agent, agent])),
    nudges: new Map(nudges.map((nudge) => [nudge.nudge, nudge])),
  };
}
