/** A complete convoy has one merge request at a time in each of its rigs that lands what was gathered there, and what has landed is noted. */
import type { Convoy } from "../bead.ts";
import { isComplete, landingStep, type LandingStep } from "../convoys.ts";
import { liveConvoys } from "../live.ts";
import { takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";

interface At {
  readonly rig: string;
  readonly step: LandingStep;
}

/**
 * Kilo-town §3.5 rules 5 and 6, for each rig by itself (W26). It lands nowhere before its beads in all rigs are done, so that what
 * is one piece of work for people becomes visible together. A landing that waits for people is simply a live merge request:
 * no attempt is spent on it and it is watched like any other (W5). Only a failed one is followed by another, after
 * min(2^n × `landingCooldownMs`, `landingCooldownMaxMs`), at most `maxLandingAttempts` times.
 */
export const landConvoy: Rule = {
  name: "land-convoy",
  look(snapshot, now) {
    const notes = takeNotes();
    for (const convoy of liveConvoys(snapshot)) {
      if (convoy.branch !== null && isComplete(snapshot, convoy)) land(convoy, { snapshot, now, notes });
    }
    return notes.findings();
  },
};

function land(convoy: Convoy, { snapshot, now, notes }: { snapshot: Snapshot; now: number; notes: Notes }): void {
  const { bead } = convoy;
  const all = convoy.landings.map((landing) => ({ rig: landing.rig, step: landingStep(snapshot, landing, now) }));
  const through = rigsThatAre("through", all);
  const due = rigsThatAre("due", all);
  if (through.length > 0) notes.decide({ do: "note-landed", bead, rigs: through });
  else if (due.length > 0) notes.decide({ do: "request-landing", bead, rigs: due });
  const untils = all.flatMap(({ step }) => (step.is === "cooling" ? [step.until] : []));
  notes.explain({
    bead,
    says: `lands: ${all.map(said).join("; ")}`,
    movesWhen: "its merge request is merged in each of its rigs",
    until: untils.length === 0 ? null : Math.min(...untils),
  });
}

function rigsThatAre(is: LandingStep["is"], all: readonly At[]): string[] {
  return all.filter(({ step }) => step.is === is).map(({ rig }) => rig);
}

function said({ rig, step }: At): string {
  switch (step.is) {
    case "landed":
    case "through":
      return `${rig} has landed`;
    case "requested":
      return `${rig} by ${step.request}`;
    case "clearing":
      return `${rig} waits for the forge to close pull request #${step.pull}, which failed`;
    case "cooling":
      return `${rig} after attempt ${step.failed} failed, again in {wait}`;
    case "due":
      return `${rig} now`;
    case "exhausted":
      return `${rig} has failed for good: ${step.reason}`;
  }
}
