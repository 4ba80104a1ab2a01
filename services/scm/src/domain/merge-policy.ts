import type { ForgeKind, MergeSettings } from "@gastown/contracts";
import type { MergePolicy, Snapshot } from "./snapshot.ts";

/** What a rig says about merging, and what is known of its repository. */
export interface RigMerging {
  readonly forge: ForgeKind;
  readonly merge: MergeSettings;
  readonly requiredApprovals: number;
  /** Heads may get checks there: nothing says that they do not. */
  readonly expectsChecks: boolean;
}

type Defaults = Omit<MergePolicy, "method" | "approvals" | "requireApproval">;

/** The local forge counts approvals and runs the one check by itself, and nothing else runs there. */
const localDefaults: Defaults = {
  allowUnstable: false,
  resolveAllThreads: false,
  waitOptional: false,
  expectChecks: false,
  settleMs: 0,
  delegate: "none",
};

/** What the forge would accept, after all checks have ended; 60 s for the first check of a head to show up (scm §1.4). */
const hostedDefaults: Defaults = {
  allowUnstable: true,
  resolveAllThreads: false,
  waitOptional: true,
  expectChecks: true,
  settleMs: 60_000,
  delegate: "none",
};

const defaults: Readonly<Record<ForgeKind, Defaults>> = {
  local: localDefaults,
  github: hostedDefaults,
  gitlab: hostedDefaults,
};

/** Tried in this order where a rig does not name a method: only what the repository allows is ever asked for (scm §1.7). */
const methods = ["merge", "squash", "rebase"] as const;

/** How this pull request is to be merged: what its rig sets, else what suits its forge and what its repository allows. */
export function mergePolicyOf(rig: RigMerging, snapshot: Pick<Snapshot, "methods">): MergePolicy {
  const { forge, requiredApprovals, expectsChecks } = rig;
  const base = defaults[forge];
  const allowed = methods.find((method) => snapshot.methods.includes(method));
  const hosted = forge !== "local";
  return {
    ...base,
    method: allowed ?? methods[0],
    requireApproval: hosted && requiredApprovals > 0,
    approvals: hosted ? Math.max(1, requiredApprovals) : 1,
    expectChecks: base.expectChecks && expectsChecks,
    ...given(rig.merge),
  };
}

type Given = { [Name in keyof MergeSettings]?: Exclude<MergeSettings[Name], undefined> };

function given(settings: MergeSettings): Given {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
