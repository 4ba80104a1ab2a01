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
  "bead.deleted": ({ bead }, before) => [
    ...releasePull(before.beads.get(bead), `${bead} was deleted`),
    ...stopAgent(before.agents.get(bead)),
  ],
  // The pull request of any other merge request is closed by a rule.
  "bead.status-changed": ({ bead, to, reason }, before) => {
    const ended = before.beads.get(bead);
    const adopted = ended?.type === "merge_request" && ended.request.adopts !== null;
    return adopted && to === "closed" ? releasePull(ended, reason) : [];
  },
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

/**
 * Nothing more is told of the pull request of a merge request that is gone. It is closed, also when the forge was asked to open
 * it and has not told of it yet; one that nobody here wrote is left to its author.
 */
function releasePull(bead: Bead | undefined, reason: string): Order[] {
  if (bead?.type !== "merge_request" || bead.rig === null) return [];
  const { pull, adopts, openAskedAt } = bead.request;
  const ended = pull === null ? openAskedAt === null : pull.state === "closed" || pull.state === "merged";
  if (ended) return [];
  const data = { rig: bead.rig, bead: bead.bead, close: adopts === null, reason };
  return [order(contracts.releasePull, `bead/${bead.bead}`, data)];
}

/** Whatever may still run of an agent that is gone. */
function stopAgent(agent: Agent | undefined): Order[] {
  if (agent === undefined || agent.process.state === "none" || agent.process.state === "ended") return [];
  const { generation } = agent;
  const reason = `${agent.name} was deleted`;
  return [order(contracts.stopAgent, `agent/${agent.agent}`, { agent: agent.agent, generation, reason })];
}
