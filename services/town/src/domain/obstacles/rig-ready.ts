import type { Obstacle } from "./index.ts";

/** Its repository cannot be used, or not yet. */
export const rigReady: Obstacle = (snapshot, { bead, rig }) => {
  const found = snapshot.rigs.get(rig ?? "");
  if (found?.state === "ready") return null;
  if (found?.state === "failed") {
    const says = `waits for rig ${rig}, which cannot be used: ${found.stateReason ?? "no reason given"}`;
    return { bead, says, movesWhen: `the rig is added again with a source that works`, until: null };
  }
  const says = `waits for rig ${rig} to be registered with the forge`;
  return { bead, says, movesWhen: `rig ${rig} is ready`, until: null };
};
