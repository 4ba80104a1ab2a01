import { join } from "node:path";

/** Where things lie below a container host's state directory; names are deterministic, so that doing it twice is harmless. */
export interface StatePaths {
  /** Records of running agent servers: whoever finds one may kill what it names. */
  readonly runs: string;
  runRecord(agent: string): string;
  /** The rig's bare clone, shared by the worktrees of its agents. */
  repository(rig: string): string;
  worktree(agent: string, bead: string): string;
  /** Where an agent sits whose work needs no repository. */
  desk(agent: string): string;
  /** The home folder an agent's programs see. */
  home(agent: string): string;
  serverLog(agent: string): string;
}

/** The layout below `stateDir`. Agent, bead and rig ids are checked by the contracts and cannot leave their folder. */
export function statePaths(stateDir: string): StatePaths {
  return {
    runs: join(stateDir, "run"),
    runRecord: (agent) => join(stateDir, "run", `${agent}.json`),
    repository: (rig) => join(stateDir, "repos", rig),
    worktree: (agent, bead) => join(stateDir, "worktrees", agent, bead),
    desk: (agent) => join(stateDir, "agents", agent, "desk"),
    home: (agent) => join(stateDir, "agents", agent, "home"),
    serverLog: (agent) => join(stateDir, "agents", agent, "server.log"),
  };
}
