import type { Agent } from "../agent.ts";
import type { Bead, Convoy, Issue, MergeRequest, Message, Pull, Work } from "../bead.ts";
import { isWork } from "../bead.ts";
import type { Change } from "../change.ts";
import type { Decision, DecisionOf } from "../decision.ts";
import type { Nudge } from "../nudge.ts";
import { convoyOf, issueOf, mergeRequestOf, type TownState } from "../state.ts";

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
export function theConvoy(state: TownState, id: string): Convoy {
  return present(convoyOf(state, id), id);
}
export function theRequest(state: TownState, id: string): MergeRequest {
  return present(mergeRequestOf(state, id), id);
}
export function thePull({ bead, request }: MergeRequest): Pull {
  return present(request.pull ?? undefined, `the pull request of ${bead}`);
}
export function theBead(state: TownState, id: string): Bead {
  return present(state.beads.get(id), id);
}
export function theWork(state: TownState, id: string): Work {
  const bead = theBead(state, id);
  return present(isWork(bead) ? bead : undefined, id);
}
export function theMessage(state: TownState, id: string): Message {
  const bead = theBead(state, id);
  return present(bead.type === "message" ? bead : undefined, id);
}
export function theAgent(state: TownState, id: string): Agent {
  return present(state.agents.get(id), id);
}
export function theNudge(state: TownState, id: string): Nudge {
  return present(state.nudges.get(id), id);
}
