import type { MayorJob } from "@gastown/contracts";

/** A mayor's job; which start of it is given. */
export function mayorJob(generation: number): MayorJob {
  return {
    agent: "gt-1",
    generation,
    name: "Mayor",
    identity: "mayor",
    role: "mayor",
    rig: null,
    bead: { bead: "gt-1", type: "agent", title: "Mayor", body: "" },
    branch: null,
    base: null,
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
