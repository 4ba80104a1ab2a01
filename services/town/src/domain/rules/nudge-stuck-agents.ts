/** A working agent that has done nothing for long has been asked to go on, and later somebody to decide about it. */
import { takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { agentsAtWork, type AtWork } from "../stuck.ts";

/** Kilo-town §3.6, the first two tiers: by the clock of this start alone, which heartbeats do not touch (W28), and on edges only. */
export const nudgeStuckAgents: Rule = {
  name: "nudge-stuck-agents",
  look(snapshot, now) {
    const notes = takeNotes();
    for (const atWork of agentsAtWork(snapshot)) lookAt(atWork, { snapshot, now, notes });
    return notes.findings();
  },
};

function lookAt({ agent, work, since }: AtWork, at: { snapshot: Snapshot; now: number; notes: Notes }): void {
  const { snapshot, now, notes } = at;
  const { stuckWarnMs, stuckEscalateMs, stuckStopMs, nudgeAgainMs } = snapshot.town.policy;
  const idleMs = now - since;
  // From here on it is stalled, which another rule sees to.
  if (idleMs > stuckStopMs) return;
  for (const threshold of [stuckWarnMs, stuckEscalateMs]) if (idleMs <= threshold) notes.lookAt(since + threshold + 1);
  const tier = tierOf(idleMs, agent.busy, { stuckWarnMs, stuckEscalateMs });
  if (tier === null) return;
  const last = agent.nudgedAt[tier];
  if (last === null || now >= last + nudgeAgainMs) {
    notes.decide({ do: "warn-stuck", agent: agent.agent, bead: work.bead, tier, idleMs });
  } else {
    notes.lookAt(last + nudgeAgainMs);
  }
}

/** One at a moment, the harder one. While a tool runs, waiting for it is no reason for a warning. */
function tierOf(
  idleMs: number,
  busy: boolean,
  { stuckWarnMs, stuckEscalateMs }: { stuckWarnMs: number; stuckEscalateMs: number },
): "warn" | "escalate" | null {
  if (idleMs > stuckEscalateMs) return "escalate";
  return idleMs > stuckWarnMs && !busy ? "warn" : null;
}
