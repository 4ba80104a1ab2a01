import type { Policy, PolicyOverride } from "@gastown/contracts";

/** A town: its settings, and the counter its bead ids come from. */
export interface Town {
  readonly town: string;
  readonly name: string;
  readonly policyOverride: PolicyOverride;
  /** The defaults with the override on top. */
  readonly policy: Policy;
  /** Null: the installation's model. */
  readonly model: string | null;
  /** The number of the next bead. */
  readonly nextNumber: number;
  readonly createdAt: number;
  /** Grows with every save; a save that finds another version than it loaded is not done. */
  readonly version: number;
}
