/** An agent nobody used for long is removed, and with it what was still to be said to it; its name is free again. */
import { mayRun, type Agent } from "../agent.ts";
import { isEnded } from "../bead.ts";
import { takeNotes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";

/**
 * Kilo-town §3.7. An agent that never ran counts from when it was made, and is not collected at once (W29); one that is named
 * on a live bead stays, because it has its worktree or handed it in.
 */
export const collectIdleAgents: Rule = {
  name: "collect-idle-agents",
  look(snapshot, now) {
    const notes = takeNotes();
    const wanted = wantedAgents(snapshot);
    for (const agent of snapshot.agents.values()) {
      if (!isResting(agent) || wanted.has(agent.agent)) continue;
      const until = lastUsedAt(agent) + snapshot.town.policy.agentKeepMs + 1;
      if (now < until) {
        notes.lookAt(until);
        continue;
      }
      const beads = mailOf(snapshot, agent.agent);
      notes.decide({ do: "remove-agent", agent: agent.agent, beads, reason: "nobody used it for long" });
    }
    return notes.findings();
  },
};

function isResting(agent: Agent): boolean {
  return agent.role !== "mayor" && agent.status === "idle" && agent.hook === null && !mayRun(agent);
}

function lastUsedAt({ createdAt, aliveAt, dispatchedAt }: Agent): number {
  return Math.max(createdAt, aliveAt ?? 0, dispatchedAt ?? 0);
}

/** Who is named on work that has not ended. */
function wantedAgents({ beads }: Snapshot): ReadonlySet<string | null> {
  const live = [...beads.values()].filter((bead) => bead.type !== "message" && !isEnded(bead));
  return new Set(live.flatMap((bead) => [bead.assignee, bead.type === "issue" ? bead.lastAgent : null]));
}

function mailOf({ beads }: Snapshot, agent: string): string[] {
  return [...beads.values()].flatMap(({ type, status, assignee, bead }) =>
    type === "message" && status === "open" && assignee === agent ? [bead] : [],
  );
}
