import { afterBackoff } from "./limits.ts";
import { isHere } from "./nudged.ts";
import type { Planning } from "./planning.ts";
import type { NudgeWish } from "./state.ts";

/** The host is asked to say what is wished to be said, in the order of the wishes, and again until it has. */
export function planNudges(planning: Planning): void {
  const { state, seen, now, limits, actions, looks } = planning;
  if (seen.status === null || state.container.state !== "running") return;
  const due = new Map<string, string[]>();
  for (const nudge of inOrder(state.nudges.values())) {
    if (nudge.givenAt !== null || !isHere(state, nudge)) continue;
    const askAt = nudge.askedAt === null ? now : afterBackoff(limits, nudge.askedAt, nudge.asks);
    looks.push(askAt);
    if (askAt <= now) due.set(nudge.agent, [...(due.get(nudge.agent) ?? []), nudge.nudge]);
  }
  for (const [agent, nudges] of due) actions.push({ kind: "give-nudges", agent, nudges });
}

function inOrder(nudges: Iterable<NudgeWish>): NudgeWish[] {
  return [...nudges].toSorted((a, b) => a.wishedAt - b.wishedAt || (a.nudge < b.nudge ? -1 : 1));
}
