import { mkdirSync } from "node:fs";
import { StartError } from "../runtime/start-error.ts";
import { writeGitIdentity } from "../git/git-identity.ts";
import type { AgentRuntime, AgentServer, AgentSpec } from "../runtime/agent-runtime.ts";
import type { StatePaths } from "../state-paths.ts";
import type { AgentRun } from "./agent-run.ts";
import { agentSpec, identityOf, type Surroundings } from "./agent-spec.ts";

/** Starts agents' servers; the only place where one is started. */
export interface ServerLauncher {
  /** What the run's server is configured with, with this model. */
  specOf(run: AgentRun, model: string): AgentSpec;
  /** What the run's programs find in its home is written. */
  prepare(run: AgentRun): void;
  start(spec: AgentSpec, signal: AbortSignal): Promise<AgentServer>;
}

interface LauncherOptions {
  runtime: AgentRuntime;
  paths: StatePaths;
  around: Surroundings;
}

/** A launcher on one host. */
export function createServerLauncher({ runtime, paths, around }: LauncherOptions): ServerLauncher {
  let launches = 0;
  return {
    specOf: (run, model) => agentSpec({ job: run.job, variables: run.variables, token: run.token, model }, around),
    prepare({ home, job, token }) {
      writeGitIdentity({ home, ...identityOf(job), credentials: { url: `${around.url}/git/credential`, token } });
    },
    async start(spec, signal) {
      launches += 1;
      try {
        mkdirSync(spec.cwd, { recursive: true });
        const files = {
          recordFile: paths.runRecord(spec.agent, launches),
          logFile: paths.serverLog(spec.agent, launches),
        };
        return await runtime.start({ ...spec, ...files }, signal);
      } catch (error) {
        if (error instanceof StartError || signal.aborted) throw error;
        throw new StartError("unknown", error instanceof Error ? error.message : String(error), { cause: error });
      }
    },
  };
}
