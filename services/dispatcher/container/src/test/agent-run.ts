import type { Job } from "@gastown/contracts";
import type { AgentRun } from "../agents/agent-run.ts";
import { createModelWishes } from "../agents/model-wishes.ts";
import { createNudges } from "../agents/nudges.ts";

/** A run of a job whose token is `<agent>-<generation>`, without anything behind it. */
export function testRun(job: Job): AgentRun {
  return {
    job,
    token: `${job.agent}-${job.generation}`,
    user: null,
    worktree: "/nowhere",
    home: "/nowhere",
    env: {},
    variables: {},
    model: "scripted",
    models: new Set(["scripted"]),
    modelWishes: createModelWishes(),
    answers: new Map(),
    usage: { inputTokens: 0, outputTokens: 0, microUsd: 0 },
    stop: new AbortController(),
    force: new AbortController(),
    nudges: createNudges(),
    state: "starting",
    started: null,
    trace: {},
    aliveAt: new Date(0),
    activeAt: null,
    usedAt: null,
    busy: false,
    inTurn: false,
    done: null,
  };
}
