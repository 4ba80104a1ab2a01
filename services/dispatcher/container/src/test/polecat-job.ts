import type { WorkerJob } from "@gastown/contracts";

/** A polecat's job on a bead whose body is given. */
export function polecatJob(agent: string, body: string, more: Partial<WorkerJob> = {}): WorkerJob {
  return {
    agent,
    generation: 1,
    name: "Toast",
    identity: `toast-${agent}`,
    role: "polecat",
    rig: { rig: "app", defaultBranch: "main", check: null },
    bead: { bead: `${agent}0`, type: "issue", title: "Write b", body },
    branch: `gt/toast/${agent}0`,
    base: "main",
    review: null,
    feedback: null,
    checkpoint: null,
    model: null,
    instructions: [],
    env: {},
    molecule: null,
    kind: "task",
    ...more,
  };
}
