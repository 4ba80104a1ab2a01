import { isEnded, type Bead, type Convoy, type Issue, type MergeRequest } from "./bead.ts";
import type { Snapshot } from "./snapshot.ts";

interface Live {
  readonly issues: readonly Issue[];
  readonly requests: readonly MergeRequest[];
  readonly convoys: readonly Convoy[];
}

/** Of the beads of a snapshot, which never change: nearly every rule asks, and all of them look at the same ones. */
const known = new WeakMap<ReadonlyMap<string, Bead>, Live>();

function liveOf({ beads }: Snapshot): Live {
  const before = known.get(beads);
  if (before !== undefined) return before;
  const [issues, requests, convoys]: [Issue[], MergeRequest[], Convoy[]] = [[], [], []];
  for (const bead of beads.values()) {
    if (isEnded(bead)) continue;
    if (bead.type === "issue") issues.push(bead);
    else if (bead.type === "merge_request") requests.push(bead);
    else if (bead.type === "convoy") convoys.push(bead);
  }
  const live = { issues, requests, convoys };
  known.set(beads, live);
  return live;
}

/** The work items that have not ended. */
export function liveIssues(snapshot: Snapshot): readonly Issue[] {
  return liveOf(snapshot).issues;
}

/** The merge requests that have not ended. */
export function liveRequests(snapshot: Snapshot): readonly MergeRequest[] {
  return liveOf(snapshot).requests;
}

/** The convoys that have not ended. */
export function liveConvoys(snapshot: Snapshot): readonly Convoy[] {
  return liveOf(snapshot).convoys;
}
