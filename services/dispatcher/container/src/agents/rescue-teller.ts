import type { Rescued } from "../git/rescued.ts";
import type { StatePaths } from "../state-paths.ts";
import type { AgentRun } from "./agent-run.ts";
import type { Reporter } from "./reporter.ts";

/** A branch may be named at any length; what is told of it may not. */
const longestName = 300;

/** Answers a function that tells of work that a run's git commands rescued, with whose it is: not always the run's own. */
export function rescueTeller(
  paths: Pick<StatePaths, "workerAt">,
  reporter: Pick<Reporter, "rescued">,
): (run: AgentRun, work: Rescued) => void {
  return (run, { from, branch, pushedTo, head, why }) => {
    const { rig } = run.job;
    if (rig === null) throw new Error(`${run.job.agent} has no repository, and rescued ${branch}`);
    const { agent, bead } = (from === null ? null : paths.workerAt(from)) ?? { agent: null, bead: null };
    const names = { branch: branch.slice(0, longestName), pushedTo: pushedTo.slice(0, longestName) };
    reporter.rescued(run, { rig: rig.rig, agent, bead, ...names, head, why });
  };
}
