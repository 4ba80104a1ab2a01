import { isEnded, type Issue, type MergeRequest } from "./bead.ts";
import type { Snapshot } from "./snapshot.ts";

/** The work items that have not ended. */
export function liveIssues(snapshot: Snapshot): Issue[] {
  return [...snapshot.beads.values()].filter((bead): bead is Issue => bead.type === "issue" && !isEnded(bead));
}

/** The merge requests that have not ended. */
export function liveRequests(snapshot: Snapshot): MergeRequest[] {
  return [...snapshot.beads.values()].filter(
    (bead): bead is MergeRequest => bead.type === "merge_request" && !isEnded(bead),
  );
}
