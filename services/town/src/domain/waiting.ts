import type { Policy } from "@gastown/contracts";
import type { Agent } from "./agent.ts";
import type { Bead, Issue, MergeRequest, Work } from "./bead.ts";
import type { Explanation } from "./rule.ts";
import type { Snapshot } from "./snapshot.ts";

/** When a bead may be dispatched again after its last dispatch (kilo-town §3.1: by its number of attempts; starts that were lost wait as long, W8). */
export function cooledDownAt(work: Work, { dispatchCooldownMs }: Policy): number {
  const tries = work.attempts + work.setbacks;
  if (work.lastDispatchAt === null || tries === 0) return 0;
  const index = Math.min(tries, dispatchCooldownMs.length) - 1;
  return work.lastDispatchAt + (dispatchCooldownMs[index] ?? 0);
}

/**
 * The first moment at which an agent counts as lost: it was silent for longer than `heartbeatLostMs` (kilo-town §3.2 A2),
 * counted from when we began to listen. An agent of which nothing was ever heard is silent since then.
 */
export function lostAt(agent: Agent, snapshot: Snapshot): number {
  return Math.max(agent.aliveAt ?? 0, snapshot.listeningSince) + snapshot.town.policy.heartbeatLostMs + 1;
}

/** `gt-1 (in_progress), gt-2 (failed)` and what to do about each, for an issue that waits for them. */
export function explainBlockers(issue: Issue, blockers: readonly Bead[]): Explanation {
  const names = blockers.map((b) => `${b.bead} (${b.status})`).join(", ");
  const moves = blockers.map((b) =>
    b.status === "failed" ? `${b.bead} has failed: close it, or remove the dependency on it` : `${b.bead} is closed`,
  );
  return { bead: issue.bead, says: `waits for ${names}`, movesWhen: moves.join("; "), until: null };
}

/** It could be worked on, but as many polecats as the cap allows are at work. */
export function waitsForPolecat({ bead }: Issue, of: "rig" | "town", cap: number): Explanation {
  if (of === "town") {
    const movesWhen = "a polecat of the town is free, or maxPolecatsPerTown is raised";
    return { bead, says: `waits for a free polecat (cap ${cap} of the town)`, movesWhen, until: null };
  }
  const movesWhen = "a polecat of its rig is free, or maxPolecatsPerRig is raised";
  return { bead, says: `waits for a free polecat (cap ${cap})`, movesWhen, until: null };
}

/** The same words about a merge request and about the work item it hands in. */
export function aboutRequest(bead: MergeRequest, words: Omit<Explanation, "bead">): Explanation[] {
  const { source, pull } = bead.request;
  const its = pull === null ? `its merge request ${bead.bead}` : `its pull request #${pull.number} (${bead.bead})`;
  const own = { ...words, bead: bead.bead };
  return source === null ? [own] : [own, { ...words, bead: source, says: `${its} ${words.says}` }];
}

/** The live beads agents work on, the most urgent first: by priority, then by age. */
export function byUrgency<W extends Work>(work: readonly W[]): W[] {
  const order = { critical: 0, high: 1, medium: 2, low: 3 };
  return work.toSorted((a, b) => order[a.priority] - order[b.priority] || a.number - b.number);
}
