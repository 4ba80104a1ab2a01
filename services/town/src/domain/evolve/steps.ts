import type { Agent } from "../agent.ts";
import type { Bead, Convoy, Landing, MergeRequest, Request, Work } from "../bead.ts";
import { isWork } from "../bead.ts";
import type { ChangeOf, ChangeType } from "../change.ts";
import type { Nudge } from "../nudge.ts";
import type { TownState } from "../state.ts";

/** How one change alters the state; `at` is when it happened. */
type Step<T extends ChangeType> = (state: TownState, change: ChangeOf<T>, at: number) => TownState;
export type Steps<T extends ChangeType> = { readonly [K in T]: Step<K> };

/** The state with one bead altered. A bead that is not there is a bug: a change names only what was loaded. */
export function withBead(state: TownState, id: string, alter: (bead: Bead) => Bead): TownState {
  const bead = state.beads.get(id);
  if (bead === undefined) throw new Error(`bead ${id} was not loaded`);
  return { ...state, beads: new Map(state.beads).set(id, alter(bead)) };
}

/** As `withBead`, for beads that agents work on. */
export function withWork(state: TownState, id: string, alter: (work: Work) => Work): TownState {
  return withBead(state, id, (bead) => {
    if (!isWork(bead)) throw new Error(`bead ${id} is a ${bead.type}: no agent works on it`);
    return alter(bead);
  });
}

/** As `withBead`, for the request part of a merge request; `alter` gives the fields that change. */
export function withRequest(state: TownState, id: string, alter: (bead: MergeRequest) => Partial<Request>): TownState {
  return withBead(state, id, (bead) => {
    if (bead.type !== "merge_request") throw new Error(`bead ${id} is a ${bead.type}, not a merge request`);
    return { ...bead, request: { ...bead.request, ...alter(bead) } };
  });
}

/** The state with one agent altered. */
export function withAgent(state: TownState, id: string, alter: (agent: Agent) => Partial<Agent>): TownState {
  const agent = state.agents.get(id);
  if (agent === undefined) throw new Error(`agent ${id} was not loaded`);
  return { ...state, agents: new Map(state.agents).set(id, { ...agent, ...alter(agent) }) };
}

/** As `withBead`, for convoys; `alter` gives the fields that change. */
export function withConvoy(state: TownState, id: string, alter: (convoy: Convoy) => Partial<Convoy>): TownState {
  return withBead(state, id, (bead) => {
    if (bead.type !== "convoy") throw new Error(`bead ${id} is a ${bead.type}, not a convoy`);
    return { ...bead, ...alter(bead) };
  });
}

/** As `withConvoy`, for its landing in one rig. */
export function withLanding(
  state: TownState,
  id: string,
  at: { rig: string; alter: (landing: Landing) => Partial<Landing> },
): TownState {
  return withConvoy(state, id, ({ landings }) => {
    if (!landings.some(({ rig }) => rig === at.rig)) throw new Error(`convoy ${id} has nothing in rig ${at.rig}`);
    return { landings: landings.map((l) => (l.rig === at.rig ? { ...l, ...at.alter(l) } : l)) };
  });
}

/** The state with one nudge altered. */
export function withNudge(state: TownState, id: string, changed: Partial<Nudge>): TownState {
  const nudge = state.nudges.get(id);
  if (nudge === undefined) throw new Error(`nudge ${id} was not loaded`);
  return { ...state, nudges: new Map(state.nudges).set(id, { ...nudge, ...changed }) };
}

/** Without the entry of this key. */
export function dropped<T>(of: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const left = new Map(of);
  left.delete(key);
  return left;
}
