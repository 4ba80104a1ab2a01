/** An agent that has done nothing for much too long is stalled: its bead is open again, and its process is stopped. */
import { takeNotes, type Rule } from "../rule.ts";
import { agentsAtWork } from "../stuck.ts";

/** Kilo-town §3.6, the last tier, and §3.2 (entering `stalled`): the bead is released with it instead of waiting for another rule. */
export const stallStuckAgents: Rule = {
  name: "stall-stuck-agents",
  look(snapshot, now) {
    const notes = takeNotes();
    const { stuckWarnMs, stuckStopMs } = snapshot.town.policy;
    for (const { agent, work, since } of agentsAtWork(snapshot)) {
      const until = since + stuckStopMs + 1;
      const { bead } = work;
      if (now >= until) {
        notes.decide({ do: "stall", agent: agent.agent, bead, idleMs: now - since });
      } else if (now - since > stuckWarnMs) {
        const says = `has an agent that does nothing: ${agent.name} (${agent.agent}) is stopped in {wait}`;
        notes.explain({ bead, says, movesWhen: `${agent.name} goes on with it`, until });
      } else {
        notes.lookAt(until);
      }
    }
    return notes.findings();
  },
};
