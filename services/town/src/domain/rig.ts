import type {
  ForgeKind,
  MergeSettings,
  RigPolicy,
  RigView,
  RoleInstructions,
  RoleModels,
  SealedValue,
} from "@gastown/contracts";
import type { Trace } from "./trace.ts";

/** A repository of a town. */
export interface Rig {
  readonly rig: string;
  readonly prefix: string;
  readonly source: string;
  /** As configured, until the forge tells the repository's own. */
  readonly defaultBranch: string | null;
  readonly check: string | null;
  readonly requiredApprovals: number;
  /** Where its pull requests are; it stays. */
  readonly forge: ForgeKind;
  /** What it sets of how they are merged; the forge service knows the rest. */
  readonly merge: MergeSettings;
  /** Its own fields go before the town's (kilo-town §1.12, W23). */
  readonly policyOverride: RigPolicy;
  readonly model: string | null;
  readonly models: RoleModels;
  readonly instructions: RoleInstructions;
  readonly env: Readonly<Record<string, SealedValue>>;
  readonly state: RigView["state"];
  readonly stateReason: string | null;
  readonly cloneUrl: string | null;
  /** When the forge was last asked to register it. */
  readonly askedAt: number | null;
  readonly trace: Trace;
  readonly createdAt: number;
  readonly version: number;
}

/** The branch work starts from and is merged into. A rig that is ready has one: the forge told it. */
export function baseBranch(rig: Rig): string {
  return rig.defaultBranch ?? "main";
}
