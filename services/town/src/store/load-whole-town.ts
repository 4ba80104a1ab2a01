import type { Tx } from "@gastown/db";
import { eq } from "@gastown/db/drizzle";
import type { TownState } from "../domain/state.ts";
import { inOrder } from "../domain/visible.ts";
import { agentOf } from "./agent-rows.ts";
import { findBeads } from "./load-beads.ts";
import { nudgeOf } from "./nudge-rows.ts";
import { agents } from "./schema/agents.ts";
import { nudges } from "./schema/nudges.ts";
import { rigs } from "./schema/rigs.ts";
import { towns } from "./schema/towns.ts";
import { rigOf, townOf } from "./town-rows.ts";

/** Everything there is of a town, ended beads too; null when there is no such town. */
export async function loadWholeTown(tx: Tx, town: string): Promise<TownState | null> {
  const [row] = await tx.select().from(towns).where(eq(towns.town, town));
  if (row === undefined) return null;
  const rigRows = await tx.select().from(rigs).where(eq(rigs.town, town));
  const agentRows = await tx.select().from(agents).where(eq(agents.town, town));
  const nudgeRows = await tx.select().from(nudges).where(eq(nudges.town, town));
  const beads = await findBeads(tx, town, { condition: undefined });
  return inOrder({
    town: townOf(row),
    rigs: new Map(rigRows.map((rig) => [rig.rig, rigOf(rig)])),
    beads: new Map(beads.map((bead) => [bead.bead, bead])),
    agents: new Map(agentRows.map((agent) => [agent.agent, agentOf(agent)])),
    nudges: new Map(nudgeRows.map((nudge) => [nudge.nudge, nudgeOf(nudge)])),
  });
}
