import type { Agent } from "../agent.ts";
import type { Issue, MergeRequest, Pull, Work } from "../bead.ts";
import { isWork } from "../bead.ts";
import type { Change } from "../change.ts";
import type { Decision, DecisionOf } from "../decision.ts";
import { issueOf, mergeRequestOf, type TownState } from "../state.ts";

/** Which rule decided, and when. */
export interface By {
  /** `rule:<name>`. */
  readonly actor: string;
  readonly now: number;
}

/** A part of the exhaustive table decision → changes. */
export type CarryOut<D extends Decision["do"]> = {
  readonly [K in D]: (state: TownState, decision: DecisionOf<K>, by: By) => Change[];
};

function present<T>(found: T | undefined, id: string): T {
  if (found === undefined) throw new Error(`a decision was made about ${id}, which is not in the state`);
  return found;
}

/** The issue a decision names; it was in the snapshot, so it is there. The same goes for the others. */
export function theIssue(state: TownState, id: string): Issue {
  return present(issueOf(state, id), id);
}
export function theRequest(state: TownState, id: string): MergeRequest {
  return present(mergeRequestOf(state, id), id);
}
export function thePull({ bead, request }: MergeRequest): Pull {
  return present(request.pull ?? undefined, `the pull request of ${bead}`);
}
export function theWork(state: TownState, id: string): Work {
  const bead = present(state.beads.get(id), id);
  return present(isWork(bead) ? bead : undefined, id);
}
export function theAgent(state: TownState, id: string): Agent {
  return present(state.agents.get(id), id);
}
