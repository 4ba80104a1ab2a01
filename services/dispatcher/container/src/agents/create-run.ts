import { randomBytes } from "node:crypto";
import type { Job } from "@gastown/contracts";
import { injectTrace } from "@gastown/telemetry";
import { agentEnvironment, foldersOf, type Surroundings } from "./agent-spec.ts";
import type { AgentRun } from "./agent-run.ts";
import { createModelWishes } from "./model-wishes.ts";
import { createNudges } from "./nudges.ts";

/** What a run is made of. */
export interface RunInput {
  job: Job;
  variables: Record<string, string>;
}

/** A run of the job, not begun yet: nothing is written and nothing is started. */
export function createRun({ job, variables }: RunInput, around: Surroundings): AgentRun {
  const model = job.model ?? around.model;
  return {
    job,
    token: randomBytes(32).toString("base64url"),
    ...foldersOf(job, around.paths),
    env: agentEnvironment(job, around),
    variables,
    model,
    models: new Set([model]),
    modelWishes: createModelWishes(),
    usage: { inputTokens: 0, outputTokens: 0, microUsd: 0 },
    stop: new AbortController(),
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
