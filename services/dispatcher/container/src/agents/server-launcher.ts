import { StartError } from "../runtime/start-error.ts";
import type { AgentRuntime, AgentServer, AgentSpec } from "../runtime/agent-runtime.ts";
import type { StatePaths } from "../state-paths.ts";
import { giveFolder } from "../users/give-folder.ts";
import { runTask } from "../users/run-task.ts";
import { identityTask } from "../users/tasks.ts";
import type { AgentRun } from "./agent-run.ts";
import { agentSpec, identityOf, type Surroundings } from "./agent-spec.ts";
import { workplaceOf } from "./workplace-of.ts";

/** Starts agents' servers; the only place where one is started. */
export interface ServerLauncher {
  /** What the run's server is configured with, with this model. */
  specOf(run: AgentRun, model: string): AgentSpec;
  /** The run's home is there and its own, with what its programs find in it; so is its desk, if it works at one. */
  prepare(run: AgentRun): Promise<void>;
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
    specOf: (run, model) => agentSpec({ ...run, model }, around),
    async prepare({ home, worktree, job, token, user, stop }) {
      const workplace = workplaceOf(job);
      await giveFolder(home, user);
      if (workplace === null) await giveFolder(worktree, user);
      const credentials = { url: `${around.url}/git/credential`, token };
      const trusted = workplace === null ? [] : [paths.store(workplace.rig.rig).repository];
      const identity = { home, ...identityOf(job), credentials, trusted };
      await runTask({ user, signal: stop.signal }, identityTask, identity);
    },
    async start(spec, signal) {
      launches += 1;
      try {
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
