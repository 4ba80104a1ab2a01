/** Every agent with an open bead has been sent to work on it, and asked for again while nothing is heard of its start. */
import { mayRun, type Agent } from "../agent.ts";
import type { Work } from "../bead.ts";
import { isWork } from "../bead.ts";
import { askAgainAt, takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { blockersOf } from "../state.ts";

interface At {
  readonly snapshot: Snapshot;
  readonly now: number;
  readonly notes: Notes;
}

export const dispatch: Rule = {
  name: "dispatch",
  look(snapshot, now) {
    const notes = takeNotes();
    for (const agent of snapshot.agents.values()) {
      const bead = agent.hook === null ? undefined : snapshot.beads.get(agent.hook);
      if (bead === undefined || !isWork(bead) || bead.assignee !== agent.agent) continue;
      if (agent.status === "idle" && bead.status === "open") send(agent, bead, { snapshot, now, notes });
      if (agent.status === "working" && bead.status === "in_progress") askAgain(agent, bead, { snapshot, now, notes });
    }
    return notes.findings();
  },
};

function send(agent: Agent, work: Work, { snapshot, notes }: At): void {
  const obstacle = work.type === "issue" ? obstacleOf(work, snapshot) : null;
  const { bead } = work;
  if (obstacle !== null) {
    notes.decide({ do: "release", bead, agent: agent.agent, reason: obstacle, lost: false, setback: false });
  } else if (snapshot.rigs.get(work.rig ?? "")?.state !== "ready") {
    notes.explain({ bead, says: `waits for rig ${work.rig}`, movesWhen: `rig ${work.rig} is ready`, until: null });
  } else if (mayRun(agent)) {
    notes.explain({
      bead,
      says: `waits for the last run of ${agent.name} to end`,
      movesWhen: "the dispatcher says that it has ended",
      until: null,
    });
  } else {
    notes.decide({ do: "dispatch", bead, agent: agent.agent });
  }
}

/** What came up between hook and dispatch. */
function obstacleOf(work: Extract<Work, { type: "issue" }>, snapshot: Snapshot): string | null {
  if (work.held) return "it is held";
  const blockers = blockersOf(snapshot, work).map((blocker) => blocker.bead);
  return blockers.length > 0 ? `it waits for ${blockers.join(", ")}` : null;
}

function askAgain(agent: Agent, { bead }: Work, { snapshot, now, notes }: At): void {
  if (agent.process.state !== "starting") return;
  const due = askAgainAt(agent.process.askedAt, snapshot);
  if (now >= due) notes.decide({ do: "ask-start-again", bead, agent: agent.agent });
  else notes.lookAt(due);
}
