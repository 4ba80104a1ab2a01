/** An agent without live work has no hook and is idle, and the dispatcher has been asked to end what may still run of it. */
import { mayRun, type Agent } from "../agent.ts";
import { isEnded } from "../bead.ts";
import { askAgainAt, takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { lostAt } from "../waiting.ts";

export const stopFinishedAgents: Rule = {
  name: "stop-finished-agents",
  whileStopped: true,
  look(snapshot, now) {
    const notes = takeNotes();
    for (const agent of snapshot.agents.values()) {
      // A mayor works for people, not on a bead (kilo-town §3.2 A3).
      if (agent.role === "mayor" && agent.status !== "idle") continue;
      const reason = whyFinished(agent, snapshot);
      if (reason !== null) notes.decide({ do: "unhook", agent: agent.agent, reason });
      else if (agent.hook === null || agent.status === "idle") endProcess(agent, { snapshot, now, notes });
    }
    return notes.findings();
  },
};

/** Why an agent must let go (kilo-town §3.2 A3, A6, A7); null when it need not. */
function whyFinished(agent: Agent, { beads }: Snapshot): string | null {
  if (agent.hook === null) return agent.status === "working" ? "it has no bead" : null;
  const bead = beads.get(agent.hook);
  if (bead === undefined) return `${agent.hook} does not exist any more`;
  if (isEnded(bead)) return `${agent.hook} is ${bead.status}`;
  if (bead.assignee !== agent.agent) return `${agent.hook} is not its own any more`;
  const apart = bead.status === "in_review" || (agent.status === "working" && bead.status !== "in_progress");
  return apart ? `${agent.hook} is ${bead.status}` : null;
}

function endProcess(agent: Agent, at: { snapshot: Snapshot; now: number; notes: Notes }): void {
  const { snapshot, now, notes } = at;
  if (agent.process.state === "lost" && agent.stopAskedAt === null) {
    // It may be alive out of earshot, and must not go on pushing to a branch that another agent continues.
    notes.decide({ do: "stop-agent", agent: agent.agent, reason: "it was not heard of for too long" });
    return;
  }
  if (!mayRun(agent)) return;
  const lost = lostAt(agent, snapshot);
  const again = askAgainAt(agent.stopAskedAt, snapshot);
  if (now >= lost) notes.decide({ do: "give-up-agent", agent: agent.agent });
  else if (now >= again) notes.decide({ do: "stop-agent", agent: agent.agent, reason: whyStopped(agent) });
  else notes.lookAt(Math.min(lost, again));
}

function whyStopped({ role, status }: Agent): string {
  if (role === "mayor") return "it is to rest";
  return status === "stalled" ? "it did nothing for too long" : "its work is finished";
}
