/** Every open bead that nothing holds back is hooked to an idle polecat of its rig, the most urgent of the town first, as far as the caps allow. */
import { mayRun, type Agent } from "../agent.ts";
import type { Issue } from "../bead.ts";
import { liveIssues } from "../live.ts";
import { polecatsAtWork } from "../polecats.ts";
import { isDispatched, obstacleOf } from "../obstacles/index.ts";
import { takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { liveRequestsFor, policyIn } from "../state.ts";
import { byUrgency, waitsForPolecat } from "../waiting.ts";

/** Kilo-town §3.3 B1, with its caps enforced (W24, R11); what is held, blocked or staged makes no town due (W10). */
export const assignOpenBead: Rule = {
  name: "assign-open-bead",
  look(snapshot, now) {
    const notes = takeNotes();
    const at = { snapshot, notes, crews: new Map<string, Crew>(), town: { atWork: polecatsAtWork(snapshot) } };
    const waiting = liveIssues(snapshot).filter(
      (issue) => issue.status === "open" && issue.assignee === null && isDispatched(issue),
    );
    for (const issue of byUrgency(waiting)) {
      const obstacle = obstacleOf(snapshot, issue, now);
      if (obstacle !== null) {
        notes.explain(obstacle);
        continue;
      }
      if (issue.attempts >= policyIn(snapshot, issue.rig).maxDispatchAttempts) fail(issue, at);
      else assign(issue, at);
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
  // A stalled one that has ended rests for long, and another one takes its place.
  const registered = polecats.filter((agent) => agent.status !== "stalled" || mayRun(agent)).length;
  const crew = { atWork: polecatsAtWork(snapshot, rig), registered, idle };
  crews.set(rig ?? "", crew);
  return crew;
}

interface At {
  readonly snapshot: Snapshot;
  readonly notes: Notes;
  readonly crews: Map<string, Crew>;
  /** Over all its rigs. */
  readonly town: { atWork: number };
}

function assign(issue: Issue, { snapshot, notes, crews, town }: At): void {
  const { maxPolecatsPerRig, maxPolecatsPerTown } = policyIn(snapshot, issue.rig);
  const crew = crewOf(crews, issue, snapshot);
  // Whoever worked on it before has its worktree.
  const agent = crew.idle.find(({ agent: id }) => id === issue.lastAgent) ?? crew.idle[0];
  if (crew.atWork >= maxPolecatsPerRig || (agent === undefined && crew.registered >= maxPolecatsPerRig)) {
    notes.explain(waitsForPolecat(issue, "rig", maxPolecatsPerRig));
    return;
  }
  if (town.atWork >= maxPolecatsPerTown) {
    notes.explain(waitsForPolecat(issue, "town", maxPolecatsPerTown));
    return;
  }
  crew.atWork += 1;
  town.atWork += 1;
  if (agent === undefined) crew.registered += 1;
  else crew.idle = crew.idle.filter((other) => other !== agent);
  notes.decide({ do: "assign", bead: issue.bead, agent: agent?.agent ?? null });
}
