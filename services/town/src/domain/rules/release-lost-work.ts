/** Work whose agent has ended, is silent for too long, or is not on it any more is open again and has no agent; its branch stays. */
import type { EndCause } from "@gastown/contracts";
import { neverRan, type Agent } from "../agent.ts";
import type { Work } from "../bead.ts";
import { liveIssues, liveRequests } from "../live.ts";
import { takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { liveRequestsFor, policyIn } from "../state.ts";
import { aboutRequest, lostAt } from "../waiting.ts";

export const releaseLostWork: Rule = {
  name: "release-lost-work",
  look(snapshot, now) {
    const notes = takeNotes();
    for (const work of [...liveIssues(snapshot), ...liveRequests(snapshot)]) {
      const agent = work.assignee === null ? undefined : snapshot.agents.get(work.assignee);
      if (work.status === "in_progress") lookAtWorked(work, agent, { snapshot, now, notes });
      else if (work.status === "open") lookAtAssigned(work, agent, notes);
      else if (liveRequestsFor(snapshot, work.bead).length === 0)
        release(work, notes, "it is in review, but has no merge request");
    }
    return notes.findings();
  },
};

/** Kilo-town §3.3 B3, without its five minutes: the facts of an agent's end and of its silence are exact. */
function lookAtWorked(
  work: Work,
  agent: Agent | undefined,
  at: { snapshot: Snapshot; now: number; notes: Notes },
): void {
  const { snapshot, now, notes } = at;
  if (agent === undefined || agent.hook !== work.bead || agent.status !== "working") {
    release(work, notes, "no agent works on it");
    return;
  }
  const { process } = agent;
  const setback = isSetback(agent);
  if (process.state === "ended") {
    const reason = `${agent.name} ${process.how === "failed" ? "could not start" : "ended"}: ${process.reason}`;
    notes.decide({ do: "release", bead: work.bead, agent: agent.agent, reason, lost: false, setback });
    return;
  }
  const lost = lostAt(agent, snapshot);
  if (process.state === "none" || process.state === "lost" || now >= lost) {
    const seconds = Math.round(snapshot.town.policy.heartbeatLostMs / 1000);
    const reason = `${agent.name} was not heard of for ${seconds} s`;
    notes.decide({ do: "release", bead: work.bead, agent: agent.agent, reason, lost: true, setback });
    return;
  }
  notes.lookAt(lost);
  explainWorked(work, agent, { snapshot, notes });
}

/** Ends nobody at work can help, so that they are no attempts. */
const endedFromOutside: ReadonlySet<EndCause> = new Set<EndCause>([
  "container_lost",
  "model_failed",
  "saved",
  "stopped",
]);

/** Its start never ran, or was ended from outside (W8): in kilo-town five evictions of a healthy bead make it fail. */
function isSetback(agent: Agent): boolean {
  const { process } = agent;
  const cause = process.state === "ended" ? process.cause : undefined;
  return neverRan(agent) || (cause !== undefined && endedFromOutside.has(cause));
}

function lookAtAssigned(work: Work, agent: Agent | undefined, notes: Notes): void {
  if (work.assignee === null || agent?.hook === work.bead) return;
  release(work, notes, `${work.assignee} is not hooked to it`);
}

function release(work: Work, notes: Notes, reason: string): void {
  notes.decide({ do: "release", bead: work.bead, agent: work.assignee, reason, lost: false, setback: false });
}

function explainWorked(work: Work, agent: Agent, at: { snapshot: Snapshot; notes: Notes }): void {
  const attempt = `attempt ${work.attempts} of ${policyIn(at.snapshot, work.rig).maxDispatchAttempts}`;
  if (work.type === "issue") {
    const movesWhen = `${agent.name} hands it in`;
    at.notes.explain({
      bead: work.bead,
      says: `is worked on by ${agent.name} (${agent.agent}, ${attempt})`,
      movesWhen,
      until: null,
    });
    return;
  }
  const says = `is read by ${agent.name} (${agent.agent}, ${attempt})`;
  for (const e of aboutRequest(work, { says, movesWhen: `${agent.name} gives its verdict`, until: null }))
    at.notes.explain(e);
}
