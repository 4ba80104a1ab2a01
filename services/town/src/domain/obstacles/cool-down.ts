import { policyIn } from "../state.ts";
import { cooledDownAt } from "../waiting.ts";
import type { Obstacle } from "./index.ts";

/** It was dispatched not long ago and that brought nothing (kilo-town §3.1). */
export const coolDown: Obstacle = (snapshot, issue, now) => {
  const { bead, attempts, setbacks } = issue;
  const policy = policyIn(snapshot, issue.rig);
  const until = attempts >= policy.maxDispatchAttempts ? 0 : cooledDownAt(issue, policy);
  if (now >= until) return null;
  const lost = setbacks === 0 ? "" : `, ${setbacks} were lost`;
  return {
    bead,
    says: `waits {wait} for its dispatch cool-down (attempt ${attempts} of ${policy.maxDispatchAttempts} brought nothing${lost})`,
    movesWhen: `its cool-down is over, or it is slung (gastown sling ${bead})`,
    until,
  };
};
