import { z } from "zod";

const ms = z
  .int()
  .min(0)
  .max(30 * 24 * 3_600_000);

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
  /** A command to another service that is not answered by a fact within this time is sent again (a rule, so that nothing is lost). */
  askAgainMs: ms.min(1_000).default(60_000),
});
export type Policy = z.infer<typeof policy>;

/** A partial override of the policy, as a person gives it. Unknown names are refused. */
export const policyOverride = z.strictObject(
  Object.fromEntries(Object.entries(policy.shape).map(([name, field]) => [name, field.removeDefault().optional()])) as {
    [Name in keyof typeof policy.shape]: z.ZodOptional<ReturnType<(typeof policy.shape)[Name]["removeDefault"]>>;
  },
);
export type PolicyOverride = z.infer<typeof policyOverride>;
