/** A stalled agent may work again once its process has ended, or when it has rested long enough for one that nobody tells the end of. */
import { takeNotes, type Rule } from "../rule.ts";

/** Kilo-town §3.2 A4, which always waits its 2 h 30: when the process is gone there is nothing to wait for. */
export const reviveStalledAgents: Rule = {
  name: "revive-stalled-agents",
  look(snapshot, now) {
    const notes = takeNotes();
    for (const { agent, status, hook, process, stalledAt } of snapshot.agents.values()) {
      // One that still has a bead is not stalled but broken: `repair-invariants` takes it from it.
      if (status !== "stalled" || hook !== null) continue;
      const until = (stalledAt ?? 0) + snapshot.town.policy.stalledRestMs;
      if (process.state === "ended" || process.state === "none") {
        notes.decide({ do: "revive", agent, reason: "its process has ended" });
      } else if (now >= until) {
        notes.decide({ do: "revive", agent, reason: "it has rested" });
      } else {
        notes.lookAt(until);
      }
    }
    return notes.findings();
  },
};
