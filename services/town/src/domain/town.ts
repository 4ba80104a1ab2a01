import type { Policy, PolicyOverride, RoleInstructions, RoleModels, SealedValue, Spent } from "@gastown/contracts";

/** A town: its settings, and the counter its bead ids come from. */
export interface Town {
  readonly town: string;
  readonly name: string;
  readonly policyOverride: PolicyOverride;
  /** The defaults with the override on top. */
  readonly policy: Policy;
  /** Null: the installation's model. */
  readonly model: string | null;
  readonly models: RoleModels;
  readonly instructions: RoleInstructions;
  /** Variables of its agents, sealed. */
  readonly env: Readonly<Record<string, SealedValue>>;
  /** Set while it is stopped by hand. */
  readonly stopped: Stop | null;
  /** Attempts that failed, those in the breaker's window (W7: failures, not work). */
  readonly failures: readonly FailedAttempt[];
  /** What the breaker holds open, as told last: the town (`null`) or rigs. */
  readonly open: readonly (string | null)[];
  /** Used since `spentSince`: the present budget period. */
  readonly spent: Spent;
  readonly spentSince: number;
  /** People were told that the town's budget is used up. */
  readonly budgetTold: boolean;
  /** The number of the next bead or nudge. */
  readonly nextNumber: number;
  readonly createdAt: number;
  /** Grows with every save; a save that finds another version than it loaded is not done. */
  readonly version: number;
}

/** Who stopped it, when and why. */
export interface Stop {
  readonly at: number;
  readonly by: string;
  readonly reason: string;
}

/** A dispatch that ended without anything. */
export interface FailedAttempt {
  readonly rig: string;
  readonly at: number;
}
