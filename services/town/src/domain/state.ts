import type { Agent } from "./agent.ts";
import { policyOfRig, type Policy } from "@gastown/contracts";
import { isEnded, type Bead, type Convoy, type Issue, type MergeRequest } from "./bead.ts";
import type { Nudge } from "./nudge.ts";
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
  readonly nudges: ReadonlyMap<string, Nudge>;
}

/** The policy that holds in a rig: its own fields before the town's. Without a rig: the town's. */
export function policyIn(state: TownState, rig: string | null): Policy {
  const found = rig === null ? undefined : state.rigs.get(rig);
  return found === undefined ? state.town.policy : policyOfRig(state.town.policy, found.policyOverride);
}

/** The convoy of this id, if it was loaded and is one. */
export function convoyOf(state: TownState, bead: string): Convoy | undefined {
  const found = state.beads.get(bead);
  return found?.type === "convoy" ? found : undefined;
}

/** The issue of this id, if it was loaded and is one. */
export function issueOf(state: TownState, bead: string | null): Issue | undefined {
  const found = bead === null ? undefined : state.beads.get(bead);
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

/** The ids of the other live merge requests of its source in its rig: a convoy lands in each of its rigs by one of its own. */
export function otherRequests(state: TownState, { bead, rig, request }: MergeRequest): string[] {
  if (request.source === null) return [];
  return liveRequestsFor(state, request.source).flatMap((other) =>
    other.bead === bead || other.rig !== rig ? [] : [other.bead],
  );
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

/** The fix-ups of a merge request that have not ended: while there is one, somebody works on its branch. */
export function liveFixups(state: TownState, request: string): Issue[] {
  return [...state.beads.values()].filter(
    (bead): bead is Issue => bead.type === "issue" && bead.fixup?.request === request && !isEnded(bead),
  );
}

/**
 * Nobody works on its branch now, so that it may be read and merged: its work item is handed in, or, when it has none (a
 * landing, an adopted pull request), nobody repairs it.
 */
export function isHandedIn(state: TownState, { bead, request }: MergeRequest): boolean {
  const source = request.source === null ? undefined : state.beads.get(request.source);
  if (source?.type === "issue") return source.status === "in_review";
  return (request.source === null || source?.type === "convoy") && liveFixups(state, bead).length === 0;
}
