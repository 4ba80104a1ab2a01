import type { Job } from "@gastown/contracts";
import type { AgentRun } from "../agents/agent-run.ts";

/** A run of a job whose token is `<agent>-<generation>`, without anything behind it. */
export function testRun(job: Job): AgentRun {
  return {
    job,
    token: `${job.agent}-${job.generation}`,
    worktree: "/nowhere",
    home: "/nowhere",
    env: {},
    model: "scripted",
    usage: { inputTokens: 0, outputTokens: 0 },
    stop: new AbortController(),
    state: "starting",
    trace: {},
    aliveAt: new Date(0),
    activeAt: null,
    done: null,
  };
}
