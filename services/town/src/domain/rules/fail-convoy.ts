/** A convoy that cannot land any more has failed, and people were told. */
import type { Convoy } from "../bead.ts";
import { isComplete, landingStep, progressOf } from "../convoys.ts";
import { liveConvoys } from "../live.ts";
import { takeNotes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";

/**
 * Kilo-town §3.5 rule 6d. Landings of several rigs do not end each other: it fails when each has landed or used up its attempts. It
 * fails as well when the town lands partially and there is no part to land (W26).
 */
export const failConvoy: Rule = {
  name: "fail-convoy",
  look(snapshot, now) {
    const notes = takeNotes();
    for (const convoy of liveConvoys(snapshot)) {
      const failure = nothingDone(snapshot, convoy) ?? exhausted(snapshot, convoy, now);
      if (failure !== null) notes.decide({ do: "fail-convoy", bead: convoy.bead, ...failure });
    }
    return notes.findings();
  },
};

interface Failure {
  readonly code: string;
  readonly message: string;
}

function nothingDone(snapshot: Snapshot, convoy: Convoy): Failure | null {
  const { closed, failed, unfinished } = progressOf(snapshot, convoy);
  const none = !convoy.staged && failed.length > 0 && closed.length + unfinished.length === 0;
  if (!none || !snapshot.town.policy.landPartially) return null;
  return { code: "all_failed", message: `all its ${failed.length} beads have failed` };
}

function exhausted(snapshot: Snapshot, convoy: Convoy, now: number): Failure | null {
  if (convoy.branch === null || !isComplete(snapshot, convoy)) return null;
  const all = convoy.landings.map((landing) => ({ rig: landing.rig, step: landingStep(snapshot, landing, now) }));
  const failed = all.flatMap(({ rig, step }) => (step.is === "exhausted" ? [`${rig}: ${step.reason}`] : []));
  const over = all.every(({ step }) => step.is === "exhausted" || step.is === "landed");
  if (failed.length === 0 || !over) return null;
  const { maxLandingAttempts } = snapshot.town.policy;
  return {
    code: "landing_mr_exhausted",
    message: `its landing has failed ${maxLandingAttempts} times (${failed.join("; ")})`,
  };
}
