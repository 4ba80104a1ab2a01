import type {
  AgentView,
  BeadView,
  MergeRequest as MergeRequestView,
  NudgeView,
  RigView,
  SealedValue,
  TownView,
} from "@gastown/contracts";
import type { Agent } from "./agent.ts";
import { isWork, type Bead, type Escalation, type MergeRequest, type Request, type Triage } from "./bead.ts";
import type { Nudge } from "./nudge.ts";
import type { Rig } from "./rig.ts";
import { isoTime } from "./time.ts";
import type { Town } from "./town.ts";
import { noSpent } from "./spent.ts";

/** What others see of a town. */
export function townView(town: Town): TownView {
  const { name, policy, policyOverride, model, models, instructions, stopped, open, createdAt } = town;
  return {
    town: town.town,
    name,
    policy,
    policyOverride,
    model,
    models,
    instructions,
    env: hints(town.env),
    stopped: stopped === null ? null : { ...stopped, at: isoTime(stopped.at) },
    breaker: { town: open.includes(null), rigs: open.filter((rig) => rig !== null) },
    spent: { ...town.spent, since: isoTime(town.spentSince) },
    createdAt: isoTime(createdAt),
  };
}

/** Variables by name, with what may be shown of their values. */
function hints(env: Readonly<Record<string, SealedValue>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, { hint }]) => [name, hint]));
}

/** What others see of a rig. */
export function rigView(rig: Rig): RigView {
  const { prefix, source, defaultBranch, check, requiredApprovals, state, stateReason, cloneUrl, createdAt } = rig;
  const { forge, merge, policyOverride, model, models, instructions } = rig;
  return {
    rig: rig.rig,
    prefix,
    source,
    defaultBranch,
    check,
    requiredApprovals,
    forge,
    merge,
    policyOverride,
    model,
    models,
    instructions,
    env: hints(rig.env),
    state,
    stateReason,
    cloneUrl,
    createdAt: isoTime(createdAt),
  };
}

/** What others see of an agent. */
export function agentView(agent: Agent): AgentView {
  const { name, identity, role, rig, status, hook, generation, statusMessage } = agent;
  return {
    agent: agent.agent,
    name,
    identity,
    role,
    rig,
    status,
    hook,
    generation,
    statusMessage,
    aliveAt: isoOrNull(agent.aliveAt),
    activeAt: isoOrNull(agent.activeAt),
    stalledAt: isoOrNull(agent.stalledAt),
    model: agent.model,
    createdAt: isoTime(agent.createdAt),
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
    setbacks: isWork(bead) ? bead.setbacks : 0,
    spent: isWork(bead) ? bead.spent : noSpent,
    escalation: bead.type === "escalation" ? escalationView(bead) : null,
    mergeRequest: handedIn === null ? null : requestView(handedIn.request),
    failure,
    createdBy,
    createdAt: isoTime(bead.createdAt),
    updatedAt: isoTime(bead.updatedAt),
    closedAt: isoOrNull(bead.closedAt),
  };
}

const noIssue = {
  kind: null,
  held: false,
  dependsOn: [],
  reworkRounds: 0,
  convoy: null,
  molecule: null,
  step: null,
  triage: null,
} as const;

type IssueFields = Pick<BeadView, keyof typeof noIssue>;

function issueView(bead: Bead): IssueFields {
  if (bead.type !== "issue") return { ...noIssue, dependsOn: [] };
  const { kind, held, reworkRounds, convoy, molecule } = bead;
  return {
    kind,
    held,
    dependsOn: [...bead.dependsOn],
    reworkRounds,
    convoy,
    molecule,
    step: bead.step === null ? null : { id: bead.step.id, needs: [...bead.step.needs] },
    triage: bead.triage === null ? null : triageOf(bead.triage),
  };
}

function triageOf({ rounds: _rounds, batch: _batch, ...triage }: Triage): BeadView["triage"] {
  return triage;
}

function escalationView({ severity, acknowledgedAt, reEscalations }: Escalation): BeadView["escalation"] {
  return { severity, acknowledgedAt: isoOrNull(acknowledgedAt), reEscalations };
}

/** What others see of a nudge. */
export function nudgeView(nudge: Nudge): NudgeView {
  const { agent, message, mode, priority, source, state, reason } = nudge;
  return {
    nudge: nudge.nudge,
    agent,
    message,
    mode,
    priority,
    source,
    state,
    reason,
    createdAt: isoTime(nudge.createdAt),
    expiresAt: isoOrNull(nudge.expiresAt),
    deliveredAt: isoOrNull(nudge.deliveredAt),
  };
}

function requestView(request: Request): MergeRequestView {
  const { source, branch, target, head, pull, review } = request;
  const awaitingSince = isoOrNull(request.awaitingSince);
  const handedIn = { source, branch, target, head, review, awaitingSince, adopted: request.adopts !== null };
  if (pull === null) return { ...handedIn, pull: null, url: null, state: null, causes: [], mergeCommit: null };
  const { number, url, state, mergeCommit } = pull;
  const causes = pull.causes.map((cause) => (cause.message === "" ? cause.state : `${cause.state}: ${cause.message}`));
  return { ...handedIn, pull: number, url, state, causes, mergeCommit };
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
