/** The forge has been asked for the feature branch of every started convoy in every rig where its work is gathered. */
import type { Convoy, Landing } from "../bead.ts";
import { liveConvoys } from "../live.ts";
import { askAgainAt, takeNotes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";

/**
 * Kilo-town §1.7 step 4 logs a branch that cannot be made, and agents start from what is not there; here members wait for it.
 * One that could not be made is a fault of the repository, which costs no run (W19): it is asked for again after
 * `landingCooldownMaxMs`.
 */
export const prepareConvoyBranch: Rule = {
  name: "prepare-convoy-branch",
  look(snapshot, now) {
    const notes = takeNotes();
    for (const convoy of liveConvoys(snapshot)) {
      const dues = missing(convoy, snapshot).map((landing) => ({ rig: landing.rig, due: dueAt(landing, snapshot) }));
      const rigs = dues.filter(({ due }) => now >= due).map(({ rig }) => rig);
      if (rigs.length > 0) notes.decide({ do: "ask-branch", bead: convoy.bead, rigs });
      for (const { due } of dues) if (now < due) notes.lookAt(due);
    }
    return notes.findings();
  },
};

/** The forge knows only rigs that are ready. */
function missing({ staged, branch, landings }: Convoy, { rigs }: Snapshot): Landing[] {
  if (staged || branch === null) return [];
  return landings.filter(
    ({ rig, branchState, landedAt }) =>
      branchState !== "ready" && landedAt === null && rigs.get(rig)?.state === "ready",
  );
}

function dueAt({ branchState, branchAskedAt }: Landing, snapshot: Snapshot): number {
  if (branchState === "failed" && branchAskedAt !== null) {
    return branchAskedAt + snapshot.town.policy.landingCooldownMaxMs;
  }
  return askAgainAt(branchAskedAt, snapshot);
}
