import type { Agent } from "./agent.ts";
import { isEnded, type Bead, type Issue, type MergeRequest } from "./bead.ts";
import type { Rig } from "./rig.ts";
import type { Town } from "./town.ts";

/**
 * A town, or the part of it that was loaded: an input sees the rows it needs, a rule sees everything that is alive and what
 * that refers to.
 */
export interface TownState {
  readonly town: Town;
  readonly rigs: ReadonlyMap<string, Rig>;
  readonly beads: ReadonlyMap<string, Bead>;
  readonly agents: ReadonlyMap<string, Agent>;
}

/** The issue of this id, if it was loaded and is one. */
export function issueOf(state: TownState, bead: string): Issue | undefined {
  const found = state.beads.get(bead);
  return found?.type === "issue" ? found : undefined;
}

/** The merge request of this id, if it was loaded and is one. */
export function mergeRequestOf(state: TownState, bead: string): MergeRequest | undefined {
  const found = state.beads.get(bead);
  return found?.type === "merge_request" ? found : undefined;
}

/** The merge requests of a work item that have not ended. There is at most one, unless something went wrong. */
export function liveRequestsFor(state: TownState, source: string): MergeRequest[] {
  return [...state.beads.values()].filter(
    (bead): bead is MergeRequest => bead.type === "merge_request" && bead.request.source === source && !isEnded(bead),
  );
}

/** The ids of the other live merge requests of a work item. */
export function otherRequests(state: TownState, source: string, request: string): string[] {
  return liveRequestsFor(state, source).flatMap(({ bead }) => (bead === request ? [] : [bead]));
}

/**
 * The beads of `dependsOn` that are not closed. A failed one still blocks (W26): whether its dependants may go on is for a
 * person to say, by closing it or removing the dependency. A bead that does not exist any more blocks nothing.
 */
export function blockersOf(state: TownState, issue: Issue): Bead[] {
  return issue.dependsOn.flatMap((id) => {
    const blocker = state.beads.get(id);
    return blocker === undefined || blocker.status === "closed" ? [] : [blocker];
  });
}
