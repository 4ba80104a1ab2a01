import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { WorkerJob } from "@gastown/contracts";
import { span, type Logger } from "@gastown/telemetry";
import type { Rescued } from "../git/rescued.ts";
import type { GitPlace } from "../git/run-git.ts";
import { BranchInUseError } from "../git/worktree.ts";
import { StartError } from "../runtime/start-error.ts";
import type { StatePaths } from "../state-paths.ts";
import { giveFolder } from "../users/give-folder.ts";
import { runTask } from "../users/run-task.ts";
import { recoveryTask, worktreeTask } from "../users/tasks.ts";
import type { Users } from "../users/users.ts";
import { logFields, type AgentRun } from "./agent-run.ts";
import { identityOf } from "./agent-spec.ts";
import { agentsWithClones } from "./left-places.ts";
import type { Errand, RigStores } from "./rig-stores.ts";
import { workplaceOf } from "./workplace-of.ts";

interface WorkspaceOptions {
  paths: StatePaths;
  users: Users;
  rigs: RigStores;
  gitMs: number;
  /** Makes the run's home ready. */
  prepare: (run: AgentRun) => Promise<void>;
  /** All runs there are. */
  runs: () => readonly AgentRun[];
  /** Work was pushed that would have been lost. */
  rescued: (run: AgentRun, work: Rescued) => void;
  /** All work that an agent has here is on the forge. */
  recovered: (agent: string) => void;
  logger: Logger;
}

/** Where a run's git commands work. */
export function gitOf(run: AgentRun, timeoutMs: number, signal: AbortSignal = run.stop.signal): GitPlace {
  return { user: run.user, cwd: run.worktree, env: run.env, signal, timeoutMs };
}

/** One making of one workspace. */
interface Making extends WorkspaceOptions {
  run: AgentRun;
  job: WorkerJob;
  errand: Errand;
  url: string;
}

/** A step with the repository: what fails in it is told as such. */
async function step<T>(run: AgentRun, name: string, fn: () => Promise<T>): Promise<T> {
  run.stop.signal.throwIfAborted();
  try {
    return await span(`agent.start ${name}`, {}, fn);
  } catch (error) {
    run.stop.signal.throwIfAborted();
    throw new StartError("no_repository", error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The repository as it lies at this path; `store` is the one that objects are read from. */
function repositoryAt(path: string, { job, url, paths }: Making) {
  const { rig, defaultBranch } = job.rig;
  return { path, url, defaultBranch, store: paths.store(rig).repository };
}

function worktreesInUse({ runs }: Making): string[] {
  return runs().map(({ worktree }) => worktree);
}

/** Until when a task of the run works, and who is told of what it rescues. */
function rescuing({ run, rescued }: Making) {
  return { signal: run.stop.signal, rescued: (work: Rescued) => rescued(run, work) };
}

/** What an agent has left in its clone is on the forge; never throws for it: what fails is told, and the work stays where it is. */
async function recover(agent: string, making: Making): Promise<boolean> {
  const { run, job, paths, users, logger } = making;
  const path = paths.clone(agent, job.rig.rig);
  const who = { home: paths.home(agent), ...identityOf(job), trusted: [paths.store(job.rig.rig).repository] };
  const user = users.agent(agent, job.rig.rig);
  const fields = { ...logFields(run), of: agent };
  try {
    for (const folder of [path, who.home]) await giveFolder(folder, user);
    const clone = repositoryAt(path, making);
    const input = { ...making.rigs.gitFor(making.errand, who, path), clone, inUse: worktreesInUse(making) };
    const { pushed, problem } = await runTask({ user, ...rescuing(making) }, recoveryTask, input);
    if (pushed.length > 0) logger.warn({ ...fields, pushed }, "work of agents that are gone was recovered");
    if (problem !== null) logger.error({ ...fields, problem }, "work of agents that are gone could not be recovered");
    return problem === null;
  } catch (error) {
    run.stop.signal.throwIfAborted();
    logger.error({ ...fields, error }, "work of agents that are gone could not be recovered");
    return false;
  }
}

async function makeWorktree(making: Making): Promise<void> {
  const { run, job, paths, gitMs } = making;
  const path = paths.clone(job.agent, job.rig.rig);
  for (const folder of [path, dirname(run.worktree)]) await giveFolder(folder, run.user);
  const { branch, base } = job;
  await runTask({ user: run.user, ...rescuing(making) }, worktreeTask, {
    git: { cwd: path, env: run.env, timeoutMs: gitMs },
    clone: repositoryAt(path, making),
    worktree: { path: run.worktree, head: job.review?.head ?? null },
    branch: { branch, base, mustExist: job.kind === "fixup" },
  });
}

/** Throws when another agent works on the branch: there would be two of it. */
function requireFree({ run, job, runs }: Making): void {
  if (job.review !== null) return;
  for (const { job: other } of runs()) {
    const theirs = workplaceOf(other);
    if (theirs === null || theirs.review !== null || theirs.agent === run.job.agent) continue;
    if (theirs.rig.rig === job.rig.rig && theirs.branch === job.branch)
      throw new BranchInUseError(`Branch ${job.branch} is in use by another agent, ${theirs.agent}.`);
  }
}

/**
 * Answers a function that makes the workspace of a run: the rig's store is as the forge is, what agents that are gone left behind is
 * there, and the run's worktree stands. Each agent has a clone of its own, so that none depends on what another one's git says
 * (docs/decisions/0023). What is left behind is looked for at the first start in a rig, and where somebody else had the branch before.
 */
export function createWorkspaces(options: WorkspaceOptions): (run: AgentRun, job: WorkerJob) => Promise<void> {
  /** Clones whose work is on the forge, or was made since this host began. */
  const recovered = new Set<string>();
  /** Who last had a branch here. */
  const holders = new Map<string, string>();

  /** The agents whose clones are looked at before the run begins. */
  function left({ job, paths }: Making): string[] {
    const { rig } = job.rig;
    const holder = holders.get(`${rig} ${job.branch}`);
    return agentsWithClones(paths, rig).filter(
      (agent) => !recovered.has(paths.clone(agent, rig)) || (agent === holder && agent !== job.agent),
    );
  }
  async function recoverLeft(making: Making): Promise<void> {
    const { paths, job, runs } = making;
    for (const agent of left(making)) {
      const atWork = agent !== job.agent && runs().some((run) => run.job.agent === agent);
      if (atWork || !(await recover(agent, making))) continue;
      recovered.add(paths.clone(agent, job.rig.rig));
      making.recovered(agent);
    }
  }
  async function make(making: Making): Promise<void> {
    const { run, job, paths } = making;
    const own = paths.clone(job.agent, job.rig.rig);
    const isNew = !existsSync(own);
    await step(run, "clone", () => making.rigs.update(making.errand, making.url));
    await step(run, "recovery", () => recoverLeft(making));
    await step(run, "worktree", async () => {
      requireFree(making);
      // Not before: whoever had the rig's lock may have worked in that home.
      await making.prepare(run);
      await makeWorktree(making);
    });
    if (isNew) recovered.add(own);
    holders.set(`${job.rig.rig} ${job.branch}`, job.agent);
  }

  return (run, job) =>
    options.rigs.alone({ run, rig: job.rig }, async (errand) => {
      const url = await step(run, "credential", () => options.rigs.url(errand));
      await make({ ...options, run, job, url, errand });
    });
}
