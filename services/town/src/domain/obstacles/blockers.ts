import { blockersOf } from "../state.ts";
import { explainBlockers } from "../waiting.ts";
import type { Obstacle } from "./index.ts";

/** It waits for other beads. */
export const blockers: Obstacle = (snapshot, issue) => {
  const found = blockersOf(snapshot, issue);
  return found.length === 0 ? null : explainBlockers(issue, found);
};
