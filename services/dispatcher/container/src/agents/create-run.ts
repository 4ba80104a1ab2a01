import { randomBytes } from "node:crypto";
import type { Job } from "@gastown/contracts";
import { injectTrace } from "@gastown/telemetry";
import { agentEnvironment, foldersOf, type Surroundings } from "./agent-spec.ts";
import type { AgentRun } from "./agent-run.ts";
import { createModelWishes } from "./model-wishes.ts";
import { createNudges } from "./nudges.ts";
import { workplaceOf } from "./workplace-of.ts";

/** What a run is made of. */
export interface RunInput {
  job: Job;
  variables: Record<string, string>;
}

/** A run of the job, not begun yet: nothing is started, and nothing is written but who its user is. */
export function createRun({ job, variables }: RunInput, around: Surroundings): AgentRun {
  const model = job.model ?? around.model;
  return {
    job,
    token: randomBytes(32).toString("base64url"),
    user: around.users.agent(job.agent, workplaceOf(job)?.rig.rig ?? null),
    ...foldersOf(job, around.paths),
    env: agentEnvironment(job, around),
    variables,
    model,
    models: new Set([model]),
    modelWishes: createModelWishes(),
    answers: new Map(),
    usage: { inputTokens: 0, outputTokens: 0, microUsd: 0 },
    stop: new AbortController(),
    force: new AbortController(),
    nudges: createNudges(),
    state: "starting",
    started: null,
    trace: injectTrace(),
    aliveAt: new Date(),
    activeAt: null,
    usedAt: null,
    busy: false,
    inTurn: false,
    done: null,
  };
}
