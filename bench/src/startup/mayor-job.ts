import type { Job } from "@gastown/contracts";

/** A mayor's job; which start of it is given. */
export function mayorJob(generation: number): Job {
  return {
    agent: "gt-1",
    generation,
    name: "Mayor",
    identity: "mayor",
    role: "mayor",
    rig: { rig: "app", defaultBranch: "main", check: null },
    bead: { bead: "gt-10", type: "issue", title: "The town", body: "" },
    branch: "gt/mayor/gt-10",
    base: "main",
    review: null,
    feedback: null,
    checkpoint: null,
    model: null,
    instructions: [],
    env: {},
    molecule: null,
    kind: "task",
  };
}
