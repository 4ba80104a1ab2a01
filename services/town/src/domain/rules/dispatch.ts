/** Every agent with an open bead has been sent to work on it, as far as the caps allow, and asked for again while nothing is heard of its start. */
import { mayRun, type Agent } from "../agent.ts";
import type { Work } from "../bead.ts";
import { isWork } from "../bead.ts";
import { polecatsRunning } from "../polecats.ts";
import { askAgainAt, takeNotes, type Explanation, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { standstillOf } from "../standstill.ts";
import { blockersOf, policyIn } from "../state.ts";
import { byUrgency, waitsForPolecat } from "../waiting.ts";

interface At {
  readonly snapshot: Snapshot;
  readonly now: number;
  readonly notes: Notes;
  /** Polecats of each rig that this look has sent. */
  readonly sent: Map<string | null, number>;
}

/** Kilo-town §3.3 B2. Whoever hooked an agent (a person may), it is sent only when nothing stands in the way any more. */
export const dispatch: Rule = {
  name: "dispatch",
  look(snapshot, now) {
    const at = { snapshot, now, notes: takeNotes(), sent: new Map<string | null, number>() };
    for (const work of byUrgency([...snapshot.beads.values()].filter(isWork))) {
      const agent = snapshot.agents.get(work.assignee ?? "");
      if (agent === undefined || agent.hook !== work.bead) continue;
      if (agent.status === "idle" && work.status === "open") send(agent, work, at);
      if (agent.status === "working" && work.status === "in_progress") askAgain(agent, work, at);
    }
    return at.notes.findings();
  },
};

function send(agent: Agent, work: Work, at: At): void {
  const { bead } = work;
  const obstacle = obstacleOf(work, at);
  if (obstacle !== null) {
    at.notes.decide({ do: "release", bead, agent: agent.agent, reason: obstacle, lost: false, setback: false });
    return;
  }
  const wait = whyWait(agent, work, at);
  if (wait !== null) {
    at.notes.explain(wait);
    return;
  }
  if (agent.role === "polecat") at.sent.set(agent.rig, (at.sent.get(agent.rig) ?? 0) + 1);
  at.notes.decide({ do: "dispatch", bead, agent: agent.agent });
}

/** What came up between hook and dispatch, so that it is not the agent's any more. */
function obstacleOf(work: Work, { snapshot, now }: At): string | null {
  if (work.type === "issue" && work.held) return "it is held";
  const blockers = work.type === "issue" ? blockersOf(snapshot, work).map((blocker) => blocker.bead) : [];
  if (blockers.length > 0) return `it waits for ${blockers.join(", ")}`;
  return standstillOf(snapshot, work, now) === null ? null : "nothing is dispatched now";
}

/** What passes by itself: it stays the agent's meanwhile. */
function whyWait(agent: Agent, work: Work, at: At): Explanation | null {
  const { snapshot } = at;
  const { bead, rig } = work;
  if (snapshot.rigs.get(rig ?? "")?.state !== "ready") {
    return { bead, says: `waits for rig ${rig}`, movesWhen: `rig ${rig} is ready`, until: null };
  }
  if (mayRun(agent)) {
    const says = `waits for the last run of ${agent.name} to end`;
    return { bead, says, movesWhen: "the dispatcher says that it has ended", until: null };
  }
  return work.type === "issue" && agent.role === "polecat" ? capOf(work, at) : null;
}

function capOf(work: Extract<Work, { type: "issue" }>, { snapshot, sent }: At): Explanation | null {
  const { maxPolecatsPerRig, maxPolecatsPerTown } = policyIn(snapshot, work.rig);
  const inTown = [...sent.values()].reduce((sum, count) => sum + count, 0);
  if (polecatsRunning(snapshot, work.rig) + (sent.get(work.rig) ?? 0) >= maxPolecatsPerRig) {
    return waitsForPolecat(work, "rig", maxPolecatsPerRig);
  }
  const full = polecatsRunning(snapshot) + inTown >= maxPolecatsPerTown;
  return full ? waitsForPolecat(work, "town", maxPolecatsPerTown) : null;
}

function askAgain(agent: Agent, { bead }: Work, { snapshot, now, notes }: At): void {
  if (agent.process.state !== "starting") return;
  const due = askAgainAt(agent.process.askedAt, snapshot);
  if (now >= due) notes.decide({ do: "ask-start-again", bead, agent: agent.agent });
  else notes.lookAt(due);
}
