import type { AgentView, BeadView, MergeRequest as MergeRequestView, RigView, TownView } from "@gastown/contracts";
import type { Agent } from "./agent.ts";
import { isWork, type Bead, type MergeRequest, type Request } from "./bead.ts";
import type { Rig } from "./rig.ts";
import { isoTime } from "./time.ts";
import type { Town } from "./town.ts";
import { without } from "./without.ts";

/** What others see of a town. */
export function townView({ town, name, policy, policyOverride, model, createdAt }: Town): TownView {
  return { town, name, policy, policyOverride, model, createdAt: isoTime(createdAt) };
}

/** What others see of a rig. */
export function rigView(rig: Rig): RigView {
  const { prefix, source, defaultBranch, check, requiredApprovals, state, stateReason, cloneUrl, createdAt } = rig;
  return {
    rig: rig.rig,
    prefix,
    source,
    defaultBranch,
    check,
    requiredApprovals,
    state,
    stateReason,
    cloneUrl,
    createdAt: isoTime(createdAt),
  };
}

/** What others see of an agent. */
export function agentView(agent: Agent): AgentView {
  const { aliveAt, activeAt, createdAt } = agent;
  return {
    ...without(agent, "process", "stopAskedAt", "trace", "version"),
    aliveAt: isoOrNull(aliveAt),
    activeAt: isoOrNull(activeAt),
    createdAt: isoTime(createdAt),
  };
}

/** What belongs to a bead but is not on it. */
export interface Around {
  /** Those of `dependsOn` that are not closed. */
  readonly blockedBy: readonly string[];
  /** The last merge request of a work item. */
  readonly request: MergeRequest | null;
}

/** What others see of a bead. A work item shows its last merge request, so that its pull request is one look away. */
export function beadView(bead: Bead, { blockedBy, request }: Around): BeadView {
  const { type, status, title, body, rig, parent, assignee, priority, failure, createdBy } = bead;
  const handedIn = bead.type === "merge_request" ? bead : request;
  return {
    bead: bead.bead,
    type,
    status,
    title,
    body,
    rig,
    parent,
    assignee,
    priority,
    labels: [...bead.labels],
    ...issueView(bead),
    blockedBy: [...blockedBy],
    attempts: isWork(bead) ? bead.attempts : 0,
    mergeRequest: handedIn === null ? null : requestView(handedIn.request),
    failure,
    createdBy,
    createdAt: isoTime(bead.createdAt),
    updatedAt: isoTime(bead.updatedAt),
    closedAt: isoOrNull(bead.closedAt),
  };
}

function issueView(bead: Bead): Pick<BeadView, "held" | "dependsOn" | "reworkRounds"> {
  if (bead.type !== "issue") return { held: false, dependsOn: [], reworkRounds: 0 };
  return { held: bead.held, dependsOn: [...bead.dependsOn], reworkRounds: bead.reworkRounds };
}

function requestView({ source, branch, target, head, pull, review }: Request): MergeRequestView {
  const handedIn = { source, branch, target, head, review };
  if (pull === null) return { ...handedIn, pull: null, url: null, state: null, causes: [], mergeCommit: null };
  const { number, url, state, mergeCommit } = pull;
  const causes = pull.causes.map((cause) => (cause.message === "" ? cause.state : `${cause.state}: ${cause.message}`));
  return { ...handedIn, pull: number, url, state, causes, mergeCommit };
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
