/** Every open bead that nothing holds back is hooked to an idle polecat of its rig, the most urgent first, as far as the cap allows. */
import { mayRun, type Agent } from "../agent.ts";
import type { Issue } from "../bead.ts";
import { liveIssues } from "../live.ts";
import { polecatsAtWork } from "../polecats.ts";
import { isDispatched, obstacleOf } from "../obstacles/index.ts";
import { takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { liveRequestsFor, policyIn } from "../state.ts";
import { byUrgency } from "../waiting.ts";

export const assignOpenBead: Rule = {
  name: "assign-open-bead",
  look(snapshot, now) {
    const notes = takeNotes();
    const crews = new Map<string, Crew>();
    const waiting = liveIssues(snapshot).filter(
      (issue) => issue.status === "open" && issue.assignee === null && isDispatched(issue),
    );
    for (const issue of byUrgency(waiting)) {
      const obstacle = obstacleOf(snapshot, issue, now);
      if (obstacle !== null) {
        notes.explain(obstacle);
        continue;
      }
      if (issue.attempts >= policyIn(snapshot, issue.rig).maxDispatchAttempts) fail(issue, { snapshot, notes });
      else assign(issue, crewOf(crews, issue, snapshot), { snapshot, notes });
    }
    return notes.findings();
  },
};

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
  const cap = policyIn(snapshot, issue.rig).maxPolecatsPerRig;
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
