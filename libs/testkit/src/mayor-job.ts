import type { MayorJob } from "@gastown/contracts";

/** A mayor's job, for tests and benchmarks of container hosts; its first prompt holds the body. */
export function mayorJob(agent: string, body: string, more: Partial<MayorJob> = {}): MayorJob {
  return {
    agent,
    generation: 1,
    name: "Mayor",
    identity: `mayor-${agent}`,
    role: "mayor",
    rig: null,
    bead: { bead: agent, type: "agent", title: "Mayor", body },
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
    ...more,
  };
}
