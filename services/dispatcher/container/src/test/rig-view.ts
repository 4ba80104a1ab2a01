import type { RigView } from "@gastown/contracts";

/** A rig of the local forge, as its town tells of it. */
export function testRig(rig: string, defaultBranch: string): RigView {
  return {
    rig,
    prefix: "gt",
    source: "/nowhere",
    defaultBranch,
    check: null,
    requiredApprovals: 0,
    forge: "local",
    merge: {},
    policyOverride: {},
    model: null,
    models: {},
    instructions: {},
    env: {},
    state: "ready",
    stateReason: null,
    cloneUrl: null,
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}
