import type { IssueKind } from "@gastown/contracts";
import type { Issue } from "../bead.ts";
import type { Explanation } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { blockers } from "./blockers.ts";
import { coolDown } from "./cool-down.ts";
import { featureBranch } from "./feature-branch.ts";
import { held } from "./held.ts";
import { rigReady } from "./rig-ready.ts";
import { staged } from "./staged.ts";
import { standstill } from "./standstill.ts";

/** Something that may keep an open work item from being worked on, whoever is free; null when it does not. */
export type Obstacle = (snapshot: Snapshot, issue: Issue, now: number) => Explanation | null;

/** All of them, in the order in which they are told: what people decide before what time brings. */
const obstacles: readonly Obstacle[] = [held, staged, blockers, rigReady, featureBranch, standstill, coolDown];

/** The first thing that keeps it from being worked on (kilo-town §3.3 B1); null when nothing does. */
export function obstacleOf(snapshot: Snapshot, issue: Issue, now: number): Explanation | null {
  for (const obstacle of obstacles) {
    const found = obstacle(snapshot, issue, now);
    if (found !== null) return found;
  }
  return null;
}

/** What agents are sent to work on: steps are walked by the agent of their molecule's source, requests answered by a batch. */
export const dispatchedKinds: readonly IssueKind[] = ["task", "fixup", "triage-batch"];

/** Agents are sent to work on it. */
export function isDispatched({ kind }: Issue): boolean {
  return dispatchedKinds.includes(kind);
}
