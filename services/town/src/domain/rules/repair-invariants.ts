/** What no history may lead to is not so: every violation of an invariant is repaired, and told once. */
import type { Agent } from "../agent.ts";
import { isEnded, isWork, type Bead, type MergeRequest } from "../bead.ts";
import type { DecisionOf } from "../decision.ts";
import { takeNotes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { isStatusOf } from "../transitions.ts";

type Violation = Omit<DecisionOf<"repair">, "do">;

/**
 * Kilo-town §3.9, whose checks report each violation at every tick and repair none (W25). Told is only what is a bug or a damaged
 * store; what people and lost messages lead to (a bead that was deleted or has ended under its agent, work in review whose merge
 * request is gone) is put right by `stop-finished-agents` and `release-lost-work` without a word about it.
 */
export const repairInvariants: Rule = {
  name: "repair-invariants",
  whileStopped: true,
  look(snapshot) {
    const notes = takeNotes();
    for (const violation of checks.flatMap((check) => check(snapshot))) notes.decide({ do: "repair", ...violation });
    return notes.findings();
  },
};

const checks: readonly ((snapshot: Snapshot) => Violation[])[] = [
  unknownStatus,
  sharedBeads,
  idleWorkers,
  restlessAgents,
  crowdedRefineries,
  missingAssignees,
];

/** Invariant 5 of kilo-town, for every type. */
function unknownStatus({ beads }: Snapshot): Violation[] {
  return [...beads.values()]
    .filter(({ type, status }) => !isStatusOf(type, status))
    .map(({ bead, type, status }) => ({
      invariant: "a bead has a status of its type",
      how: "reset",
      reason: `${bead}, of type ${type}, was ${status}`,
      bead,
      agent: null,
    }));
}

/** Invariant 6: of several agents hooked to a bead, the one it names keeps it. */
function sharedBeads({ agents, beads }: Snapshot): Violation[] {
  const hooked = [...agents.values()].filter(({ hook }) => hook !== null);
  return [...Map.groupBy(hooked, ({ hook }) => hook ?? "")].flatMap(([bead, crew]) => {
    const owner = beads.get(bead)?.assignee;
    const others = crew.length < 2 ? [] : crew.filter(({ agent }) => agent !== owner);
    const names = crew.map(({ agent }) => agent).join(" and ");
    return others.map((agent) => unhook(agent, "one agent is hooked to a bead", `${names} were hooked to ${bead}`));
  });
}

/** Invariant 7, as far as the bead is still there and has not ended. */
function idleWorkers({ agents, beads }: Snapshot): Violation[] {
  const workers = [...agents.values()].filter(({ role, status }) => role !== "mayor" && status === "working");
  return workers.flatMap((worker) => {
    const { agent, hook } = worker;
    const bead = beads.get(hook ?? "");
    const why = hook === null ? `${agent} worked on nothing` : whyNotAtWork(agent, bead);
    return why === null ? [] : [unhook(worker, "a working agent has a bead of its own in progress", why)];
  });
}

function whyNotAtWork(agent: string, bead: Bead | undefined): string | null {
  if (bead === undefined || isEnded(bead)) return null;
  if (!isWork(bead)) return `${agent} worked on ${bead.bead}, which is no work`;
  if (bead.assignee !== agent) return `${agent} worked on ${bead.bead}, which is not its own`;
  return bead.status === "in_progress" ? null : `${agent} worked on ${bead.bead}, which is ${bead.status}`;
}

/** A stalled agent has let go of its bead. */
function restlessAgents({ agents }: Snapshot): Violation[] {
  return [...agents.values()]
    .filter(({ status, hook }) => status === "stalled" && hook !== null)
    .map((agent) => unhook(agent, "a stalled agent has no bead", `${agent.agent} was stalled with ${agent.hook}`));
}

/** Invariant 3, of merge requests that are read: in kilo-town those that wait for people count too (W25). */
function crowdedRefineries({ agents, beads }: Snapshot): Violation[] {
  const read = [...beads.values()].filter(
    (bead): bead is MergeRequest => bead.type === "merge_request" && bead.status === "in_progress",
  );
  return [...Map.groupBy(read, ({ rig }) => rig ?? "")].flatMap(([rig, requests]) => {
    const oldest = requests.toSorted((a, b) => a.number - b.number);
    const kept = oldest.find(({ bead, assignee }) => agents.get(assignee ?? "")?.hook === bead) ?? oldest[0];
    const names = oldest.map(({ bead }) => bead).join(" and ");
    return oldest
      .filter((bead) => bead !== kept)
      .map(({ bead, assignee }) => ({
        invariant: "one merge request is read in a rig",
        how: "release",
        reason: `${names} were read in ${rig}`,
        bead,
        agent: assignee,
      }));
  });
}

/** Live work that nobody is at any more is released elsewhere; what is in review, and mail, would name nobody for ever. */
function missingAssignees({ agents, beads }: Snapshot): Violation[] {
  return [...beads.values()].flatMap((bead) => {
    const { assignee, status, type } = bead;
    if (assignee === null || agents.has(assignee)) return [];
    const how = (status === "in_review" && "unassign") || (type === "message" && status === "open" && "close");
    if (how === false) return [];
    const reason = `${bead.bead} named ${assignee}, which does not exist`;
    return [{ invariant: "the assignee of a live bead exists", how, reason, bead: bead.bead, agent: null }];
  });
}

function unhook({ agent }: Agent, invariant: string, reason: string): Violation {
  return { invariant, how: "unhook", reason, bead: null, agent };
}
