import { randomBytes } from "node:crypto";
import type { Job } from "@gastown/contracts";
import { injectTrace } from "@gastown/telemetry";
import { writeGitIdentity } from "../git/git-identity.ts";
import type { StatePaths } from "../state-paths.ts";
import type { AgentRun } from "./agent-run.ts";
import { needsRepository } from "./needs-repository.ts";
import { createNudges } from "./nudges.ts";

/** What every run of a host has in common. */
export interface RunSurroundings {
  town: string;
  paths: StatePaths;
  /** The PATH of agents. */
  path: string;
  /** The installation's model, for jobs that name none. */
  model: string;
  /** The host's local services. */
  url: string;
}

/**
 * A run of the job, not begun yet, with a token of its own and its git identity written. Its environment is made from nothing:
 * whatever the host knows stays with the host.
 */
export function createRun(
  { job, variables }: { job: Job; variables: Record<string, string> },
  around: RunSurroundings,
): AgentRun {
  const { paths } = around;
  const token = randomBytes(32).toString("base64url");
  const home = paths.home(job.agent);
  const git = writeGitIdentity({
    home,
    name: job.name,
    email: `${job.identity}@gastown.local`,
    credentials: { url: `${around.url}/git/credential`, token },
  });
  return {
    job,
    token,
    home,
    worktree: needsRepository(job) ? paths.worktree(job.agent, job.bead.bead) : paths.desk(job.agent),
    env: {
      PATH: around.path,
      LANG: "C.UTF-8",
      GASTOWN_TOWN: around.town,
      GASTOWN_RIG: job.rig.rig,
      GASTOWN_AGENT: job.agent,
      GASTOWN_BEAD: job.bead.bead,
      ...git,
    },
    variables,
    model: job.model ?? around.model,
    usage: { inputTokens: 0, outputTokens: 0, microUsd: 0 },
    stop: new AbortController(),
    nudges: createNudges(),
    state: "starting",
    trace: injectTrace(),
    aliveAt: new Date(),
    activeAt: null,
    busy: false,
    done: null,
  };
}
