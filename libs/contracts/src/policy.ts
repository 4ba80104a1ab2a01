import { z } from "zod";

const ms = z
  .int()
  .min(0)
  .max(30 * 24 * 3_600_000);

/** A budget: null is no limit. */
const budget = z.int().min(0).max(1_000_000_000_000).nullable().default(null);

/** How the work of a convoy reaches the default branch (kilo-town §1.7). */
export const mergeMode = z.enum(["review-then-land", "review-and-merge"]);
export type MergeMode = z.infer<typeof mergeMode>;

/**
 * Every number a town's rules use. A town overrides any of them (`PATCH /v1/towns/{town}`); the defaults are the values of
 * kilo-town §3.1 unless the field says otherwise. Times are milliseconds.
 */
export const policy = z.object({
  /** An agent not heard of for longer is lost (kilo-town §3.1: 90 s, three heartbeats). */
  heartbeatLostMs: ms.default(90_000),
  /** How long after its n-th dispatch a bead may be dispatched again; the last value holds for all later ones (kilo-town §3.1). */
  dispatchCooldownMs: z.array(ms).min(1).default([30_000, 60_000, 120_000, 300_000, 600_000]),
  /** Failed dispatches after which a bead fails (kilo-town §3.1: 5). */
  maxDispatchAttempts: z.int().min(1).max(100).default(5),
  /** Polecats at work in one rig at the same time; kilo-town §1.12 stores 1..50 and enforces none (W24). */
  maxPolecatsPerRig: z.int().min(1).max(50).default(4),
  /** A refinery reads each pull request before it is merged (kilo-town §3.4 `code_review`). */
  codeReview: z.boolean().default(true),
  /** Merge by itself what is ready (kilo-town §1.12 `auto_merge`). */
  autoMerge: z.boolean().default(true),
  /** How often a pull request may go back to its author, by whatever objection, before its bead fails (W22: a cap). */
  maxReworkRounds: z.int().min(1).max(50).default(5),
  /** Polecats at work in a town at the same time, over all its rigs (R11). */
  maxPolecatsPerTown: z.int().min(1).max(500).default(20),
  /** Starts in a row that never ran, or were lost with their container, after which people are told; they never fail a bead (W8). */
  setbackAlarm: z.int().min(1).max(100).default(5),
  /** How long a pull request must have been ready before it is merged by itself (kilo-town §1.12 `auto_merge_delay_minutes`). */
  autoMergeDelayMs: ms.default(0),
  /** Conflicts go back to an agent; when off they wait for a person (kilo-town §2.7). */
  autoResolveConflicts: z.boolean().default(true),
  /** Objections of reviewers and checks go back to an agent; when off they wait for a person (kilo-town §1.12). */
  autoResolveFeedback: z.boolean().default(true),
  /** What a convoy is when it is made without saying so (kilo-town §1.12). */
  convoyMergeMode: mergeMode.default("review-then-land"),
  stagedConvoys: z.boolean().default(false),
  /** Failed beads of a convoy count as done and it lands without them; when off it waits for a person (W26). */
  landPartially: z.boolean().default(false),
  /** Landing requests of a convoy in one rig that may fail before the convoy does (kilo-town §3.5: 5). */
  maxLandingAttempts: z.int().min(1).max(100).default(5),
  /** After n failed landings the next waits min(2^n × this, the maximum) (kilo-town §3.5 6e: 30 s, 30 min). */
  landingCooldownMs: ms.default(30_000),
  landingCooldownMaxMs: ms.default(1_800_000),
  /** A working agent that did nothing for this long is nudged (kilo-town §3.6: 15 min), */
  stuckWarnMs: ms.default(900_000),
  /** then nudged harder and told to triage (1 h), */
  stuckEscalateMs: ms.default(3_600_000),
  /** then stopped as stalled (2 h). */
  stuckStopMs: ms.default(7_200_000),
  /** One nudge of a tier in this time (kilo-town §3.6: 60 min). */
  nudgeAgainMs: ms.min(1_000).default(3_600_000),
  /** A stalled agent rests this long after it was stalled (kilo-town §3.2 A4: 2 h 30). */
  stalledRestMs: ms.default(9_000_000),
  /** An agent that is idle, has no bead and was not used for this long is removed (kilo-town §3.7: 24 h). */
  agentKeepMs: ms.default(86_400_000),
  /** How long a queued nudge is worth delivering when its sender does not say (kilo-town §1.9). */
  nudgeTtlMs: ms.default(3_600_000),
  /** An escalation nobody acknowledged is raised a step after (n+1) × this (kilo-town §1.8: 4 h), so many times (3). */
  reEscalateMs: ms.default(14_400_000),
  maxReEscalations: z.int().min(0).max(20).default(3),
  /** Open triage requests, those of escalations not counted (kilo-town §1.8: 5). */
  maxOpenTriage: z.int().min(0).max(100).default(5),
  /** A polecat is sent to triage open requests; when off they wait for a person. */
  triageByAgent: z.boolean().default(true),
  /** After a triage batch has failed the next waits so long (kilo-town §1.8: 30 s); a request is in so many batches at most. */
  triageRetryMs: ms.default(30_000),
  maxTriageRounds: z.int().min(1).max(20).default(2),
  /** Failed attempts in the window that stop all dispatch of a town, or of one rig (kilo-town §3.1: 20 in 30 min; W7: failures, not work). */
  breakerFailures: z.int().min(1).max(1000).default(20),
  breakerRigFailures: z.int().min(1).max(1000).default(10),
  breakerWindowMs: ms.default(1_800_000),
  /** What a bead may use in all before it is stopped for a person; agent time in milliseconds, money in millionths of a dollar. */
  budgetBeadDispatches: z.int().min(1).max(10_000).nullable().default(50),
  budgetBeadAgentMs: budget,
  budgetBeadTokens: budget,
  budgetBeadMicroUsd: budget,
  /** The same for all beads of a convoy together. */
  budgetConvoyDispatches: budget,
  budgetConvoyAgentMs: budget,
  budgetConvoyTokens: budget,
  budgetConvoyMicroUsd: budget,
  /** The same for a town in one budget period. */
  budgetTownDispatches: budget,
  budgetTownAgentMs: budget,
  budgetTownTokens: budget,
  budgetTownMicroUsd: budget,
  budgetPeriodMs: ms.min(1_000).default(86_400_000),
  /** A command to another service that is not answered by a fact within this time is sent again (a rule, so that nothing is lost). */
  askAgainMs: ms.min(1_000).default(60_000),
  /** A pull request of which nothing was told for this long is asked after: a fact that was lost is told again. Nothing is failed or counted. */
  pullSilenceMs: ms.min(1_000).default(86_400_000),
});
export type Policy = z.infer<typeof policy>;

/** The fields a rig may set for itself; they go before the town's (kilo-town §1.12, W23). */
const rigFields = [
  "codeReview",
  "autoMerge",
  "autoMergeDelayMs",
  "autoResolveConflicts",
  "autoResolveFeedback",
  "maxPolecatsPerRig",
  "maxDispatchAttempts",
  "maxReworkRounds",
  "breakerRigFailures",
  "convoyMergeMode",
] as const;

/** A partial override of the policy, as a person gives it. Unknown names are refused. */
export const policyOverride = z.strictObject(
  Object.fromEntries(Object.entries(policy.shape).map(([name, field]) => [name, field.removeDefault().optional()])) as {
    [Name in keyof typeof policy.shape]: z.ZodOptional<ReturnType<(typeof policy.shape)[Name]["removeDefault"]>>;
  },
);
export type PolicyOverride = z.infer<typeof policyOverride>;

/** What a rig overrides of its town's policy. Unknown names, and those a rig has no say in, are refused. */
export const rigPolicy = policyOverride.pick(
  Object.fromEntries(rigFields.map((field) => [field, true])) as { [F in (typeof rigFields)[number]]: true },
);
export type RigPolicy = z.infer<typeof rigPolicy>;

/** The policy of a rig: its own fields before the town's. */
export function policyOfRig(town: Policy, rig: RigPolicy): Policy {
  const own = Object.entries(rig).filter(([, value]) => value !== undefined);
  return own.length === 0 ? town : { ...town, ...Object.fromEntries(own) };
}
