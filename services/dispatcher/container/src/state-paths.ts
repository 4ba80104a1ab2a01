import { join } from "node:path";

/** Where things lie below a container host's state directory; names are deterministic, so that doing it twice is harmless. */
export interface StatePaths {
  /** Records of running agent servers: whoever finds one may kill what it names. */
  readonly runs: string;
  /** The record of one of an agent's servers: while its model is changed it has two. */
  runRecord(agent: string, launch: number): string;
  /** The rig's bare clone, shared by the worktrees of its agents. */
  repository(rig: string): string;
  worktree(agent: string, bead: string): string;
  /** Where an agent sits whose work needs no repository. */
  desk(agent: string): string;
  /** The home folder an agent's programs see. */
  home(agent: string): string;
  serverLog(agent: string, launch: number): string;
  /** Which session an agent is to go on with. */
  sessionNote(agent: string): string;
}

/** The layout below `stateDir`. Agent, bead and rig ids are checked by the contracts and cannot leave their folder. */
export function statePaths(stateDir: string): StatePaths {
  return {
    runs: join(stateDir, "run"),
    runRecord: (agent, launch) => join(stateDir, "run", `${agent}-${launch}.json`),
    repository: (rig) => join(stateDir, "repos", rig),
    worktree: (agent, bead) => join(stateDir, "worktrees", agent, bead),
    desk: (agent) => join(stateDir, "agents", agent, "desk"),
    home: (agent) => join(stateDir, "agents", agent, "home"),
    // Two files in turn: that of the server before is kept.
    serverLog: (agent, launch) => join(stateDir, "agents", agent, `server-${launch % 2}.log`),
    sessionNote: (agent) => join(stateDir, "agents", agent, "session.json"),
  };
}
