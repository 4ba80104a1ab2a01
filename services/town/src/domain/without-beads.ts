import type { Agent } from "./agent.ts";
import type { Bead } from "./bead.ts";
import type { TownState } from "./state.ts";
import { withoutReference } from "./without-reference.ts";

/**
 * The town without these beads, and if one is an agent's without the agent and its nudges; nothing refers to them any more.
 * What never did stays the same object, so that its row is not written. One pass, however many there are.
 */
export function withoutBeads(state: TownState, ids: readonly string[]): TownState {
  const gone = new Map(ids.map((id): [string, Bead] => [id, known(state, id)]));
  const beads = new Map<string, Bead>();
  for (const [id, bead] of state.beads) if (!gone.has(id)) beads.set(id, withoutReference(bead, gone));
  const agents = new Map<string, Agent>();
  for (const [id, agent] of state.agents) if (!gone.has(id)) agents.set(id, withoutWork(agent, gone));
  const nudges = new Map([...state.nudges].filter(([, { agent }]) => !gone.has(agent)));
  return { ...state, beads, agents, nudges };
}

function known({ beads }: TownState, id: string): Bead {
  const bead = beads.get(id);
  if (bead === undefined) throw new Error(`bead ${id} was not loaded`);
  return bead;
}

/** What it used counts for no bead any more, but for the town. */
function withoutWork(agent: Agent, gone: ReadonlyMap<string, Bead>): Agent {
  return agent.workedOn !== null && gone.has(agent.workedOn) ? { ...agent, workedOn: null } : agent;
}
