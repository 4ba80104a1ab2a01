import { join, relative, sep } from "node:path";
import { beadId } from "@gastown/contracts";

/** Where things lie below a container host's state directory; names are deterministic, so that doing it twice is harmless. */
export interface StatePaths {
  /** Records of running agent servers: whoever finds one may kill what it names. */
  readonly runs: string;
  /** The record of one of an agent's servers: while its model is changed it has two. */
  runRecord(agent: string, launch: number): string;
  /** Which user is whose. */
  readonly users: string;
  /** What the forge has of a rig: the folder of who fetches it, and the bare clone that all its agents read. */
  store(rig: string): { folder: string; home: string; repository: string };
  /** The folders in which agents have theirs, each by the agent's id; that of the clones by the rig's before. */
  readonly roots: { agents: string; worktrees: string; clones: string };
  /** The clones of a rig's agents, by agent. */
  clones(rig: string): string;
  /** An agent's own bare clone, that its worktrees hang on. */
  clone(agent: string, rig: string): string;
  /** A home for agent programs that are only tried out. */
  readonly programs: string;
  /** All worktrees of an agent, by bead. */
  worktrees(agent: string): string;
  worktree(agent: string, bead: string): string;
  /** Whose worktree this is, and for which bead; null when it is none of ours. */
  workerAt(worktree: string): { agent: string; bead: string } | null;
  /** Where an agent sits whose work needs no repository. */
  desk(agent: string): string;
  /** Where who sits at a desk reads a rig's code. */
  checkout(agent: string, rig: string): string;
  /** All that is an agent's but its clones and worktrees: the folder is the host's, what an agent writes to is in folders of its own there. */
  own(agent: string): string;
  /** The home folder an agent's programs see. */
  home(agent: string): string;
  serverLog(agent: string, launch: number): string;
  /** Which session an agent is to go on with. */
  sessionNote(agent: string): string;
}

/** The layout below `stateDir`. Agent, bead and rig ids are checked by the contracts and cannot leave their folder. */
export function statePaths(stateDir: string): StatePaths {
  const worktrees = join(stateDir, "worktrees");
  return {
    roots: { agents: join(stateDir, "agents"), worktrees, clones: join(stateDir, "clones") },
    runs: join(stateDir, "run"),
    runRecord: (agent, launch) => join(stateDir, "run", `${agent}-${launch}.json`),
    users: join(stateDir, "users.json"),
    store: (rig) => {
      const folder = join(stateDir, "stores", rig);
      return { folder, home: join(folder, "home"), repository: join(folder, "repository.git") };
    },
    clones: (rig) => join(stateDir, "clones", rig),
    clone: (agent, rig) => join(stateDir, "clones", rig, agent),
    programs: join(stateDir, "programs"),
    worktrees: (agent) => join(worktrees, agent),
    worktree: (agent, bead) => join(worktrees, agent, bead),
    workerAt(worktree) {
      const [agent, bead, ...more] = relative(worktrees, worktree)
        .split(sep)
        .map((part) => beadId.safeParse(part).data);
      return agent === undefined || bead === undefined || more.length > 0 ? null : { agent, bead };
    },
    desk: (agent) => join(stateDir, "agents", agent, "desk"),
    checkout: (agent, rig) => join(stateDir, "agents", agent, "desk", "rigs", rig),
    own: (agent) => join(stateDir, "agents", agent),
    home: (agent) => join(stateDir, "agents", agent, "home"),
    // Two files in turn: that of the server before is kept.
    serverLog: (agent, launch) => join(stateDir, "agents", agent, `server-${launch % 2}.log`),
    sessionNote: (agent) => join(stateDir, "agents", agent, "session.json"),
  };
}
