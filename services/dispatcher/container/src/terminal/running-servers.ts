import type { ServerLauncher } from "../agents/server-launcher.ts";
import type { AgentServer } from "../runtime/agent-runtime.ts";

/** The servers of agents that live. */
export interface RunningServers {
  /** Starts what the launcher it was made with starts. */
  launcher: ServerLauncher;
  /** The newest living server of an agent; null when it has none. */
  of(agent: string): AgentServer | null;
}

/** Knows the servers that are started by its launcher. */
export function createRunningServers(launcher: ServerLauncher): RunningServers {
  const living: { agent: string; server: AgentServer }[] = [];
  return {
    launcher: {
      ...launcher,
      async start(spec, signal) {
        const server = await launcher.start(spec, signal);
        const one = { agent: spec.agent, server };
        living.push(one);
        void server.exited.then(() => living.splice(living.indexOf(one), 1));
        return server;
      },
    },
    of: (agent) => living.findLast((one) => one.agent === agent)?.server ?? null,
  };
}
