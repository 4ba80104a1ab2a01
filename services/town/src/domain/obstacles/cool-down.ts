import type { Issue } from "../bead.ts";
import { policyIn } from "../state.ts";
import { cooledDownAt } from "../waiting.ts";
import type { Obstacle } from "./index.ts";

/** It was dispatched not long ago and that brought nothing (kilo-town §3.1); starts that were lost make it wait as well (W8). */
export const coolDown: Obstacle = (snapshot, issue, now) => {
  const policy = policyIn(snapshot, issue.rig);
  const until = issue.attempts >= policy.maxDispatchAttempts ? 0 : cooledDownAt(issue, policy);
  if (now >= until) return null;
  return {
    bead: issue.bead,
    says: `waits {wait} for its dispatch cool-down (${whatHappened(issue, policy.maxDispatchAttempts)})`,
    movesWhen: `its cool-down is over, or it is slung (gastown sling ${issue.bead})`,
    until,
  };
};

function whatHappened({ attempts, setbacks }: Issue, max: number): string {
  const tried = attempts === 0 ? [] : [`attempt ${attempts} of ${max} brought nothing`];
  const lost = setbacks === 0 ? [] : [`${setbacks} starts never ran or were lost`];
  return [...tried, ...lost].join(", ");
}
