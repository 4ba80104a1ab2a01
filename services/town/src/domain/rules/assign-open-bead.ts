/** Every open bead that nothing holds back is hooked to an idle polecat of its rig, the most urgent first, as far as the cap allows. */
import { mayRun, type Agent } from "../agent.ts";
import type { Issue } from "../bead.ts";
import { liveIssues } from "../live.ts";
import { polecatsAtWork } from "../polecats.ts";
import { takeNotes, type Explanation, type Notes, type Rule } from "../rule.ts";
import type { Rig } from "../rig.ts";
import type { Snapshot } from "../snapshot.ts";
import { blockersOf, liveRequestsFor } from "../state.ts";
import { byUrgency, cooledDownAt, explainBlockers } from "../waiting.ts";

export const assignOpenBead: Rule = {
  name: "assign-open-bead",
  look(snapshot, now) {
    const notes = takeNotes();
    const crews = new Map<string, Crew>();
    const waiting = liveIssues(snapshot).filter((issue) => issue.status === "open" && issue.assignee === null);
    for (const issue of byUrgency(waiting)) {
      const obstacle = obstacleOf(issue, snapshot, now);
      if (obstacle !== null) {
        notes.explain(obstacle);
        continue;
      }
      if (issue.attempts >= snapshot.town.policy.maxDispatchAttempts) fail(issue, { snapshot, notes });
      else assign(issue, crewOf(crews, issue, snapshot), { snapshot, notes });
    }
    return notes.findings();
  },
};

/** What keeps a bead from being worked on, whoever is free (kilo-town §3.3 B1); null when nothing does. */
function obstacleOf(issue: Issue, snapshot: Snapshot, now: number): Explanation | null {
  const { bead } = issue;
  if (issue.held)
    return { bead, says: "is held", movesWhen: `its hold is lifted (gastown sling ${bead})`, until: null };
  const blockers = blockersOf(snapshot, issue);
  if (blockers.length > 0) return explainBlockers(issue, blockers);
  const rig = snapshot.rigs.get(issue.rig ?? "");
  if (rig?.state !== "ready") return explainRig(issue, rig);
  const { policy } = snapshot.town;
  const until = issue.attempts >= policy.maxDispatchAttempts ? 0 : cooledDownAt(issue, policy);
  if (now >= until) return null;
  const tries = `attempt ${issue.attempts} of ${policy.maxDispatchAttempts} brought nothing`;
  return {
    bead,
    says: `waits {wait} for its dispatch cool-down (${tries})`,
    movesWhen: `its cool-down is over, or it is slung (gastown sling ${bead})`,
    until,
  };
}

function explainRig({ bead, rig }: Issue, found: Rig | undefined): Explanation {
  if (found?.state === "failed") {
    const says = `waits for rig ${rig}, which cannot be used: ${found.stateReason ?? "no reason given"}`;
    return { bead, says, movesWhen: `the rig is added again with a source that works`, until: null };
  }
  return {
    bead,
    says: `waits for rig ${rig} to be registered with the forge`,
    movesWhen: `rig ${rig} is ready`,
    until: null,
  };
}

function fail(issue: Issue, { snapshot, notes }: { snapshot: Snapshot; notes: Notes }): void {
  const message = `${issue.attempts} dispatches in a row brought nothing; its history says what became of each`;
  const requests = liveRequestsFor(snapshot, issue.bead).map(({ bead }) => bead);
  notes.decide({ do: "fail-bead", bead: issue.bead, requests, code: "too_many_attempts", message });
}

/** Who could work in a rig, counted down while beads are given out. */
interface Crew {
  atWork: number;
  registered: number;
  idle: Agent[];
}

function crewOf(crews: Map<string, Crew>, { rig }: Issue, snapshot: Snapshot): Crew {
  const known = crews.get(rig ?? "");
  if (known !== undefined) return known;
  const polecats = [...snapshot.agents.values()].filter((agent) => agent.role === "polecat" && agent.rig === rig);
  // One that may still run is given no new work: its next start would meet its last.
  const idle = polecats.filter((agent) => agent.hook === null && agent.status === "idle" && !mayRun(agent));
  const crew = { atWork: polecatsAtWork(snapshot, rig), registered: polecats.length, idle };
  crews.set(rig ?? "", crew);
  return crew;
}

function assign(issue: Issue, crew: Crew, { snapshot, notes }: { snapshot: Snapshot; notes: Notes }): void {
  const cap = snapshot.town.policy.maxPolecatsPerRig;
  // Whoever worked on it before has its worktree.
  const agent = crew.idle.find(({ agent: id }) => id === issue.lastAgent) ?? crew.idle[0];
  if (crew.atWork >= cap || (agent === undefined && crew.registered >= cap)) {
    const says = `waits for a free polecat (cap ${cap})`;
    notes.explain({
      bead: issue.bead,
      says,
      movesWhen: "a polecat of its rig is free, or maxPolecatsPerRig is raised",
      until: null,
    });
    return;
  }
  crew.atWork += 1;
  if (agent === undefined) crew.registered += 1;
  else crew.idle = crew.idle.filter((other) => other !== agent);
  notes.decide({ do: "assign", bead: issue.bead, agent: agent?.agent ?? null });
}
