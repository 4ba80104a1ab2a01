import type { Agent } from "./agent.ts";
import { waitLeft } from "./approval-wait.ts";
import { isEnded, isWork, type Convoy } from "./bead.ts";
import { releaseWork } from "./carry-out/release-work.ts";
import type { Change } from "./change.ts";
import { restAgent } from "./endings.ts";
import type { TownState } from "./state.ts";
import { treesOf } from "./trees.ts";

/** What deletes beads, and all that goes with them. */
export interface Removal {
  readonly changes: readonly Change[];
  /** Every bead that is gone after them. */
  readonly deleted: readonly string[];
}

/**
 * These beads are gone with all that goes with them (`treesOf`), and nothing refers to them any more: agents that were on one
 * of them are idle, beads of an agent that is gone are open again (at no cost: W8), convoys have the members that are left.
 * Rules then stop the agents' processes and let dependants go on. `state` holds what `Needs.treesOf` loads.
 */
export function removeTrees(state: TownState, roots: readonly string[], now: number): Removal {
  const doomed = treesOf(state, roots);
  const gone: ReadonlySet<string> = new Set(doomed.keys());
  // In one order, however they were loaded: the same command on the same town gives the same changes.
  const convoys = [...state.beads.values()].filter((b) => b.type === "convoy").toSorted((a, b) => a.number - b.number);
  const agents = [...state.agents.values()].toSorted((a, b) => (a.agent < b.agent ? -1 : 1));
  // Children have later numbers than what they are below, so that each is gone before it.
  const last = [...doomed.values()].toSorted((a, b) => b.number - a.number);
  return {
    changes: [
      ...convoys.flatMap((convoy) => (gone.has(convoy.bead) ? dissolve(state, convoy, gone) : shrink(convoy, gone))),
      ...agents.flatMap((agent) => part(state, agent, gone)),
      // Nobody hears of their pull requests any more.
      ...last.flatMap((bead) => (bead.type === "merge_request" ? waitLeft(bead, now) : [])),
      ...last.map(({ bead, type: beadType }): Change => ({ type: "bead.deleted", bead, beadType })),
    ],
    deleted: [...doomed.keys()],
  };
}

/** The members that are left stand alone. Those of a staged convoy are held: nothing starts because a plan was deleted. */
function dissolve(state: TownState, convoy: Convoy, gone: ReadonlySet<string>): Change[] {
  const left = convoy.members.filter((id) => state.beads.has(id) && !gone.has(id));
  if (left.length === 0) return [];
  const waiting = left.flatMap((id): Change[] => {
    const bead = state.beads.get(id);
    if (!convoy.staged || bead?.type !== "issue" || isEnded(bead) || bead.held) return [];
    return [{ type: "bead.updated", bead: id, changed: { held: true } }];
  });
  return [...waiting, { type: "convoy.changed", bead: convoy.bead, added: [], removed: left }];
}

/** A convoy that has lost all its beads has nothing to land and is closed. */
function shrink(convoy: Convoy, gone: ReadonlySet<string>): Change[] {
  const removed = convoy.members.filter((id) => gone.has(id));
  if (removed.length === 0) return [];
  const changed: Change = { type: "convoy.changed", bead: convoy.bead, added: [], removed };
  if (removed.length < convoy.members.length || isEnded(convoy)) return [changed];
  const { bead, status } = convoy;
  const reason = "all its beads were deleted";
  return [changed, { type: "bead.status-changed", bead, from: status, to: "closed", reason }];
}

/** An agent and the bead it is hooked to, when only one of them stays. */
function part(state: TownState, agent: Agent, gone: ReadonlySet<string>): Change[] {
  const { hook } = agent;
  if (hook === null || gone.has(hook) === gone.has(agent.agent)) return [];
  if (gone.has(hook)) return restAgent(agent, hook, `${hook} was deleted`);
  const bead = state.beads.get(hook);
  if (bead === undefined || !isWork(bead) || isEnded(bead)) return [];
  const reason = `${agent.name} was deleted`;
  const setback = bead.status === "in_progress";
  return releaseWork(state, { bead: hook, agent: agent.agent, reason, lost: false, setback });
}
