import * as contracts from "@gastown/contracts";
import type { Agent } from "../domain/agent.ts";
import type { Bead } from "../domain/bead.ts";
import type { Change, ChangeOf, ChangeType } from "../domain/change.ts";
import type { TownState } from "../domain/state.ts";
import { order, type Order } from "./effects/order.ts";

/** What one change asks of other services; `before` is the town all changes of the input began from. */
type OrdersFor<T extends ChangeType> = (change: ChangeOf<T>, before: TownState) => readonly Order[];

/**
 * The changes others must act on at once, because after them there is nothing left that a rule could look at. Every other
 * command is ordered by a decision (`decision-effects.ts`), which is made again when it was lost.
 */
const table: { readonly [T in ChangeType]?: OrdersFor<T> } = {
  "bead.deleted": ({ bead }, before) => [...closePull(before.beads.get(bead)), ...stopAgent(before.agents.get(bead))],
  "rig.removed": ({ rig }) => [order(contracts.forgetTown, `rig/${rig}`, { rigs: [rig] })],
  "town.deleted": (_change, { town: { town } }) => [
    order(contracts.forgetTown, `town/${town}`, { rigs: null }),
    order(contracts.forgetTownContainers, `town/${town}`, {}),
  ],
};

/** What an input's changes ask of other services, in order; `before` is the town they began from, null when there was none. */
export function ordersOfChanges(changes: readonly Change[], before: TownState | null): Order[] {
  if (before === null) return [];
  const removed = new Set(changes.flatMap((change) => (change.type === "rig.removed" ? [change.rig] : [])));
  return changes.flatMap((change) => {
    // The forge closes the pull requests of a rig that it forgets by itself.
    if (change.type === "bead.deleted" && isRequestOf(before.beads.get(change.bead), removed)) return [];
    const ordersFor = table[change.type] as OrdersFor<ChangeType> | undefined;
    return ordersFor?.(change, before) ?? [];
  });
}

function isRequestOf(bead: Bead | undefined, rigs: ReadonlySet<string>): boolean {
  return bead?.type === "merge_request" && bead.rig !== null && rigs.has(bead.rig);
}

/** The pull request of a merge request that is gone; one that nobody here wrote is left to its author. */
function closePull(bead: Bead | undefined): Order[] {
  if (bead?.type !== "merge_request" || bead.rig === null || bead.request.adopts !== null) return [];
  const { pull } = bead.request;
  if (pull === null || pull.state === "closed" || pull.state === "merged") return [];
  const reason = `${bead.bead} was deleted`;
  return [order(contracts.closePull, `bead/${bead.bead}`, { rig: bead.rig, number: pull.number, reason })];
}

/** Whatever may still run of an agent that is gone. */
function stopAgent(agent: Agent | undefined): Order[] {
  if (agent === undefined || agent.process.state === "none" || agent.process.state === "ended") return [];
  const { generation } = agent;
  const reason = `${agent.name} was deleted`;
  return [order(contracts.stopAgent, `agent/${agent.agent}`, { agent: agent.agent, generation, reason })];
}
