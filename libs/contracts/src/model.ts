import { z } from "zod";
import { actor } from "./envelope.ts";
import { beadId, branchName, commitId, rigId, rigPrefix, townId } from "./ids.ts";
import { forgeKind, mergeSettings } from "./merge-settings.ts";
import { policy, policyOverride, rigPolicy } from "./policy.ts";
import { envView, roleInstructions, roleModels } from "./settings.ts";
import { issueKind, spent, stepView, triageView } from "./work.ts";

/** Views: what queries answer and events carry. Times are ISO 8601 in UTC. */
const time = z.iso.datetime();

export const beadType = z.enum(["issue", "message", "escalation", "merge_request", "convoy", "molecule", "agent"]);
export type BeadType = z.infer<typeof beadType>;
export const beadStatus = z.enum(["open", "in_progress", "in_review", "closed", "failed"]);
export type BeadStatus = z.infer<typeof beadStatus>;
export const priority = z.enum(["low", "medium", "high", "critical"]);
export type Priority = z.infer<typeof priority>;
export const agentRole = z.enum(["polecat", "refinery", "mayor"]);
export type AgentRole = z.infer<typeof agentRole>;
export const agentStatus = z.enum(["idle", "working", "waiting", "stalled", "dead"]);
export type AgentStatus = z.infer<typeof agentStatus>;
export const severity = z.enum(["low", "medium", "high", "critical"]);

/**
 * Why a start of an agent has ended that did run. `done`: it said so. `stopped`: it was asked to. `saved`: its container was
 * drained. `container_lost`: its container is gone. `model_failed`: the model provider could not be reached or refused, again and
 * again. `crashed`: anything else, by itself and without a result.
 */
export const endCause = z.enum(["done", "stopped", "crashed", "container_lost", "model_failed", "saved"]);
export type EndCause = z.infer<typeof endCause>;

export const title = z.string().trim().min(1, "must not be empty").max(200);
export const body = z.string().max(100_000);
export const label = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:._/-]{0,63}$/, "must be 1-64 of letters, digits and :._/-");

export const townView = z.object({
  town: townId,
  name: z.string(),
  policy,
  policyOverride,
  model: z.string().nullable(),
  models: roleModels,
  instructions: roleInstructions,
  env: envView,
  /** Set while the town is stopped by hand (`estop`): nothing is dispatched or merged, no agent runs. */
  stopped: z.object({ at: time, by: actor, reason: z.string() }).nullable(),
  /** What opened: the town itself, or these rigs; nothing is dispatched there until the window has passed. */
  breaker: z.object({ town: z.boolean(), rigs: z.array(rigId) }),
  /** Used in the present budget period. */
  spent: spent.extend({ since: time }),
  createdAt: time,
});
export type TownView = z.infer<typeof townView>;

export const rigState = z.enum(["registering", "ready", "failed"]);
export const rigView = z.object({
  rig: rigId,
  prefix: rigPrefix,
  /** What the rig was made from, as given. Agents clone from the forge, never from here. */
  source: z.string(),
  defaultBranch: branchName.nullable(),
  check: z.string().nullable(),
  requiredApprovals: z.int(),
  /** Where its pull requests are. */
  forge: forgeKind,
  /** What it sets itself of how they are merged. */
  merge: mergeSettings,
  policyOverride: rigPolicy,
  model: z.string().nullable(),
  models: roleModels,
  instructions: roleInstructions,
  env: envView,
  state: rigState,
  stateReason: z.string().nullable(),
  /** Where a person clones or pulls the rig from. */
  cloneUrl: z.string().nullable(),
  createdAt: time,
});
export type RigView = z.infer<typeof rigView>;

export const mergeRequest = z.object({
  /** The work item or convoy it hands in; null when the pull request was adopted. */
  source: beadId.nullable(),
  branch: branchName,
  target: branchName,
  head: commitId.nullable(),
  pull: z.int().nullable(),
  url: z.string().nullable(),
  /** The forge's word for it (`prState`), null until told. */
  state: z.string().nullable(),
  causes: z.array(z.string()),
  review: z.enum(["none", "requested", "approved", "changes_requested"]),
  mergeCommit: commitId.nullable(),
  /** Since when it waits for a person's approval; null when it does not. */
  awaitingSince: time.nullable(),
  adopted: z.boolean(),
});
export type MergeRequest = z.infer<typeof mergeRequest>;

export const beadView = z.object({
  bead: beadId,
  type: beadType,
  status: beadStatus,
  title: z.string(),
  body: z.string(),
  rig: rigId.nullable(),
  parent: beadId.nullable(),
  assignee: beadId.nullable(),
  priority,
  labels: z.array(z.string()),
  held: z.boolean(),
  dependsOn: z.array(beadId),
  /** Beads of `dependsOn` that are not closed yet: while there are any, it is not dispatched. */
  blockedBy: z.array(beadId),
  /** What kind of work item; null for other beads. */
  kind: issueKind.nullable(),
  convoy: beadId.nullable(),
  molecule: beadId.nullable(),
  step: stepView.nullable(),
  triage: triageView.nullable(),
  /** Set on escalations. */
  escalation: z.object({ severity, acknowledgedAt: time.nullable(), reEscalations: z.int() }).nullable(),
  /** Runs since the last progress that brought nothing: they count against maxDispatchAttempts. */
  attempts: z.int(),
  /** Starts since the last progress that never ran or were lost with their container: nobody's fault, they only wait. */
  setbacks: z.int(),
  spent,
  reworkRounds: z.int(),
  mergeRequest: mergeRequest.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  createdBy: actor,
  createdAt: time,
  updatedAt: time,
  closedAt: time.nullable(),
});
export type BeadView = z.infer<typeof beadView>;

/** The model of an agent's last start; null is the installation's. */
export const agentModel = z.object({
  /** What it shall have, by the settings of its town and rig. */
  wished: z.string().nullable(),
  /** What its next turn has, as far as was told; null also when nobody knows. */
  inEffect: z.string().nullable(),
  /** Why it does not have what is wished; null when it has, or nothing is heard yet. */
  failure: z.string().nullable(),
});
export type AgentModel = z.infer<typeof agentModel>;

export const agentView = z.object({
  agent: beadId,
  name: z.string(),
  identity: z.string(),
  role: agentRole,
  rig: rigId.nullable(),
  status: agentStatus,
  hook: beadId.nullable(),
  generation: z.int(),
  /** Liveness: the container last said that the process is alive. */
  aliveAt: time.nullable(),
  /** Activity: the agent last did something. */
  activeAt: time.nullable(),
  statusMessage: z.string().nullable(),
  stalledAt: time.nullable(),
  /** Null before its first start. */
  model: agentModel.nullable(),
  createdAt: time,
});
export type AgentView = z.infer<typeof agentView>;

export const historyEntry = z.object({
  at: time,
  type: z.string(),
  actor,
  /** The id of the command, or the name of the rule, that caused it. */
  cause: z.string(),
  traceId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

/** Why a bead is where it is: what each rule that looked at it said last, newest cause first. */
export const explanation = z.object({
  bead: beadId,
  status: beadStatus,
  /** One sentence for a person. */
  summary: z.string(),
  reasons: z.array(z.object({ rule: z.string(), says: z.string(), since: time })),
  /** What would move it. */
  movesWhen: z.array(z.string()),
  nextLookAt: time.nullable(),
  lastCause: historyEntry.nullable(),
});
export type Explanation = z.infer<typeof explanation>;

/** The states of scm §2.1, in the order of its rows. */
export const prState = z.enum([
  "merged",
  "closed",
  "stale_read",
  "queued",
  "conflicts",
  "draft",
  "changes_requested",
  "checks_failing",
  "unresolved_threads",
  "checks_pending",
  "behind",
  "awaiting_approval",
  "unknown",
  "blocked",
  "ready",
]);
export type PrState = z.infer<typeof prState>;

/** States in which the author can act, and which alone count as failed (scm §2.1, column "counts as failed?"). */
export const reworkStates: ReadonlySet<PrState> = new Set<PrState>([
  "conflicts",
  "changes_requested",
  "checks_failing",
  "unresolved_threads",
]);

export const reviewVerdict = z.enum(["approve", "request_changes", "comment"]);
export const reviewView = z.object({
  reviewer: actor,
  verdict: reviewVerdict,
  /** The head it was given on; a later push leaves it behind. */
  commit: commitId,
  body: z.string(),
  at: time,
});
export const checkView = z.object({
  name: z.string(),
  commit: commitId,
  state: z.enum(["queued", "running", "success", "failure", "timed_out", "error"]),
  /** The last lines of its output. */
  log: z.string(),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
});
/** Why a pull request is where it is, in one sentence, and who has to act next. */
export const pullExplanation = z.object({
  says: z.string(),
  /** `us`: the town's services, by themselves. */
  nextActor: z.enum(["agent", "person", "forge", "us", "nobody"]),
  since: time,
  /** When it is looked at again though nothing is heard of it; null when it is not. */
  nextLookAt: time.nullable(),
});
export type PullExplanation = z.infer<typeof pullExplanation>;
export const pullView = z.object({
  rig: rigId,
  number: z.int(),
  /** The merge request it is reported to; null until somebody adopts it. */
  bead: beadId.nullable(),
  title: z.string(),
  body: z.string(),
  head: branchName,
  base: branchName,
  headCommit: commitId,
  draft: z.boolean(),
  state: prState,
  causes: z.array(z.object({ state: prState, message: z.string() })),
  since: time,
  explanation: pullExplanation,
  reviews: z.array(reviewView),
  checks: z.array(checkView),
  requiredApprovals: z.int(),
  mergeCommit: commitId.nullable(),
  url: z.string(),
  createdAt: time,
  updatedAt: time,
});
export type PullView = z.infer<typeof pullView>;
/** A conversation about lines of a pull request. */
export const threadView = z.object({
  id: z.string(),
  resolved: z.boolean(),
  /** The lines it is about have changed since. */
  outdated: z.boolean(),
  file: z.string().nullable(),
  line: z.int().nullable(),
  comments: z.array(z.object({ author: z.string(), bot: z.boolean(), body: z.string(), url: z.string() })),
});
export type ThreadView = z.infer<typeof threadView>;

export const page = { limit: z.int().min(1).max(200).default(50), after: z.string().max(200).optional() };
/** A page of items; `next` is the `after` of the following page, null on the last. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
