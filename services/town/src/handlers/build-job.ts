import type { MayorJob, WorkerJob } from "@gastown/contracts";
import type { Agent } from "../domain/agent.ts";
import type { Issue, MergeRequest, Work } from "../domain/bead.ts";
import { clip } from "../domain/clip.ts";
import { settingsFor } from "../domain/settings.ts";
import { baseBranch, type Rig } from "../domain/rig.ts";
import { convoyOf, mergeRequestOf, type TownState } from "../domain/state.ts";

/** Shares of `maxEnvelopeBytes`: whatever people and agents write, a start can be sent. */
const maxBytes = { body: 96 * 1024, source: 48 * 1024, feedback: 48 * 1024 };

/** All that a mayor is told for its present start: it belongs to no rig, and its bead is its own. */
export function buildMayorJob(state: TownState, { agent, generation, name, identity }: Agent): MayorJob {
  return {
    agent,
    generation,
    name,
    identity,
    role: "mayor",
    rig: null,
    branch: null,
    base: null,
    review: null,
    feedback: null,
    checkpoint: null,
    molecule: null,
    kind: "task",
    ...settingsFor(state, "mayor", null),
    bead: { bead: agent, type: "agent", title: name, body: "" },
  };
}

/** All that the agent is told for its present start on the bead it is hooked to. Throws for a mayor, who is hooked to none. */
export function buildJob(state: TownState, agent: Agent, work: Work): WorkerJob {
  const rig = state.rigs.get(work.rig ?? "");
  if (rig === undefined) throw new Error(`${work.bead} is dispatched in rig ${work.rig}, which is not there`);
  const { role } = agent;
  if (role === "mayor") throw new Error(`${agent.agent} is a mayor, and was dispatched on ${work.bead}`);
  const { bead, type, title, checkpoint } = work;
  return {
    agent: agent.agent,
    generation: agent.generation,
    name: agent.name,
    identity: agent.identity,
    role,
    rig: { rig: rig.rig, defaultBranch: baseBranch(rig), check: rig.check },
    checkpoint: checkpoint === null ? null : { ...checkpoint },
    ...settingsFor(state, role, rig),
    molecule: work.type === "issue" ? work.molecule : null,
    kind: work.type === "issue" ? work.kind : "task",
    ...(work.type === "issue" ? issueJob(state, work, rig) : requestJob(state, work)),
    bead: { bead, type, title, body: clip(work.type === "issue" ? work.body : work.request.summary, maxBytes.body) },
  };
}

function issueJob(
  state: TownState,
  issue: Issue,
  rig: Rig,
): Pick<WorkerJob, "branch" | "base" | "review" | "feedback"> {
  const { bead, branch, feedback } = issue;
  if (branch === null) throw new Error(`${bead} was dispatched without a branch`);
  return {
    branch,
    base: baseOf(state, issue, rig),
    review: null,
    feedback: feedback === null ? null : clip(feedback, maxBytes.feedback),
  };
}

function requestJob(state: TownState, work: MergeRequest): Pick<WorkerJob, "branch" | "base" | "review" | "feedback"> {
  const { branch, target, pull, source } = work.request;
  if (pull === null) throw new Error(`${work.bead} was dispatched without a pull request`);
  // An adopted pull request has nothing but itself to be read against.
  const read = (source === null ? undefined : state.beads.get(source)) ?? work;
  const about = { bead: read.bead, title: read.title, body: clip(read.body, maxBytes.source) };
  return {
    branch,
    base: target,
    review: { pull: pull.number, url: pull.url, head: pull.head, source: about },
    feedback: null,
  };
}

/** Where its work starts and goes: the pull request's own target for a fix-up, a convoy's feature branch, else the rig's. */
function baseOf(state: TownState, { fixup, convoy }: Issue, rig: Rig): string {
  const repaired = fixup === null ? undefined : mergeRequestOf(state, fixup.request);
  if (repaired !== undefined) return repaired.request.target;
  const gathered = convoy === null ? undefined : convoyOf(state, convoy);
  return gathered?.branch ?? baseBranch(rig);
}
