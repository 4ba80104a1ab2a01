/** When triage requests are open, one polecat at a time is sent to answer them, so many rounds; then they wait for a person. */
import { isEnded, type Issue } from "../bead.ts";
import { openTriage, type TriageRequest } from "../request-triage.ts";
import { takeNotes, type Explanation, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";

/** Requests one batch can answer (kilo-town §1.8). */
const maxRequests = 20;

const byPerson = "a person resolves it";

/**
 * Kilo-town §1.8, with a batch that is dispatched like any work item: in a rig that is ready (not simply the first), with its
 * attempts, cool-downs and caps. A town without a ready rig waits, without a timer (W10).
 */
export const sendTriageBatch: Rule = {
  name: "send-triage-batch",
  look(snapshot, now) {
    const notes = takeNotes();
    const open = openTriage(snapshot);
    if (open.length === 0) return notes.findings();
    const waits = whyAllWait(snapshot, open, now);
    const due: TriageRequest[] = [];
    for (const request of open) {
      const why = whyPerson(snapshot, request) ?? waits;
      if (why !== null) notes.explain({ bead: request.bead, ...why });
      else due.push(request);
    }
    const rig = rigFor(snapshot, due);
    if (rig !== null && due.length > 0) {
      notes.decide({ do: "send-triage", rig, beads: due.slice(0, maxRequests).map(({ bead }) => bead) });
    }
    return notes.findings();
  },
};

type Wait = Omit<Explanation, "bead">;

/** Why only a person answers this one, or who is about to; null when it goes into the next batch. */
function whyPerson({ beads, town }: Snapshot, { triage }: TriageRequest): Wait | null {
  const { rounds, batch } = triage;
  const { maxTriageRounds, triageByAgent } = town.policy;
  const sent = beads.get(batch ?? "");
  if (sent !== undefined && !isEnded(sent)) {
    const says = `is in triage batch ${sent.bead} (${rounds} of ${maxTriageRounds})`;
    return { says, movesWhen: `the polecat of ${sent.bead} resolves it, or ${byPerson}`, until: null };
  }
  if (rounds >= maxTriageRounds) {
    const says = `waits for a person: it was in ${rounds} triage batches, which did not resolve it`;
    return { says, movesWhen: byPerson, until: null };
  }
  if (triageByAgent) return null;
  const says = "waits for a person: no polecat is sent to triage (triageByAgent is off)";
  return { says, movesWhen: byPerson, until: null };
}

/** What keeps the town from sending a batch; null when nothing does. */
function whyAllWait(snapshot: Snapshot, open: readonly TriageRequest[], now: number): Wait | null {
  const batches = [...snapshot.beads.values()].filter(
    (bead): bead is Issue => bead.type === "issue" && bead.kind === "triage-batch",
  );
  const live = batches.find((batch) => !isEnded(batch));
  if (live !== undefined) {
    const movesWhen = `${live.bead} has ended, or ${byPerson}`;
    return { says: `waits for triage batch ${live.bead} to end`, movesWhen, until: null };
  }
  if (rigFor(snapshot, open) === null) {
    const says = "waits for a rig in which a polecat can triage";
    return { says, movesWhen: `a rig is ready, or ${byPerson}`, until: null };
  }
  const { triageRetryMs } = snapshot.town.policy;
  const failed = batches.filter(({ status }) => status === "failed").map(({ updatedAt }) => updatedAt);
  const until = Math.max(0, ...failed) + triageRetryMs;
  if (failed.length === 0 || now >= until) return null;
  const movesWhen = `the time after the failed batch is over, or ${byPerson}`;
  return { says: "waits {wait} for the next triage batch: the last one failed", movesWhen, until };
}

/** The rig of the first request that has one that is ready, else any ready one. */
function rigFor({ rigs }: Snapshot, requests: readonly TriageRequest[]): string | null {
  const own = requests.map(({ rig }) => rig).find((rig) => rigs.get(rig ?? "")?.state === "ready");
  return own ?? [...rigs.values()].find(({ state }) => state === "ready")?.rig ?? null;
}
