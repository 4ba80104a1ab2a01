import { mkdirSync } from "node:fs";
import { createMutex } from "@gastown/service";
import { span } from "@gastown/telemetry";
import type { HostConfig } from "../config.ts";
import { updateRepository } from "../git/repository.ts";
import type { GitPlace } from "../git/run-git.ts";
import { ensureBranchWorktree, ensureReviewWorktree, removeFinishedWorktrees } from "../git/worktree.ts";
import { promptOf, systemOf } from "../prompts/role-prompts.ts";
import type { AgentLaunch, AgentRuntime, AgentServer } from "../runtime/agent-runtime.ts";
import type { StatePaths } from "../state-paths.ts";
import type { TownLink } from "../town-link.ts";
import type { AgentRun } from "./agent-run.ts";
import { needsRepository } from "./needs-repository.ts";

interface StarterOptions {
  config: HostConfig;
  paths: StatePaths;
  town: TownLink;
  runtime: AgentRuntime;
  /** The host's local services. */
  url: string;
  /** Whether an agent works in the worktree at this path. */
  inUse: (path: string) => boolean;
}

/** Where a run's git commands work. */
export function gitOf(run: AgentRun, timeoutMs: number, signal: AbortSignal = run.stop.signal): GitPlace {
  return { cwd: run.worktree, env: run.env, signal, timeoutMs };
}

function launchOf(run: AgentRun, { paths, url }: StarterOptions): AgentLaunch {
  const { job, token } = run;
  return {
    agent: job.agent,
    generation: job.generation,
    role: job.role,
    cwd: run.worktree,
    home: run.home,
    env: { ...run.variables, ...run.env },
    system: systemOf(job),
    model: { url: `${url}/model/v1`, token, name: run.model },
    tools: { url: `${url}/mcp`, token },
    readOnly: job.role !== "polecat",
    recordFile: paths.runRecord(job.agent),
    logFile: paths.serverLog(job.agent),
  };
}

/**
 * Answers a function that brings a run from its job to a prompted agent server: clone, worktree, server, prompt, each a phase
 * of the span `agent.start`. Clones and worktrees of one rig are made one after the other. It throws what went wrong, with
 * nothing left running; what git made stays for the next start.
 */
export function createStarter(options: StarterOptions): (run: AgentRun) => Promise<AgentServer> {
  const { config, paths, town, runtime } = options;
  const rigs = createMutex();

  async function makeClone(run: AgentRun): Promise<void> {
    const { agent, rig } = run.job;
    const { url } = await town.credential(rig.rig, agent);
    const path = paths.repository(rig.rig);
    await updateRepository(gitOf(run, config.limits.gitMs), { path, url, defaultBranch: rig.defaultBranch });
  }
  async function makeWorktree(run: AgentRun): Promise<void> {
    const { job, worktree } = run;
    const git = gitOf(run, config.limits.gitMs);
    const want = { repository: paths.repository(job.rig.rig), path: worktree };
    const mustExist = job.kind === "fixup";
    if (job.review === null)
      await ensureBranchWorktree(git, { ...want, branch: job.branch, base: job.base, mustExist, inUse: options.inUse });
    else await ensureReviewWorktree(git, { ...want, head: job.review.head });
    await removeFinishedWorktrees(git, want.repository, worktree);
  }

  return (run) => {
    const { job } = run;
    const { signal } = run.stop;
    const attributes = {
      "gastown.agent": job.agent,
      "gastown.bead": job.bead.bead,
      "gastown.generation": job.generation,
    };
    const phase = <T>(name: string, fn: () => Promise<T>): Promise<T> =>
      span(`agent.start ${name}`, {}, () => {
        signal.throwIfAborted();
        return fn();
      });
    return span("agent.start", { parent: run.trace, attributes }, async (active) => {
      run.trace = active.carrier();
      if (needsRepository(job)) {
        await rigs.withKey(job.rig.rig, async () => {
          await phase("clone", () => makeClone(run));
          await phase("worktree", () => makeWorktree(run));
        });
      } else mkdirSync(run.worktree, { recursive: true });
      const server = await phase("server", () => runtime.start(launchOf(run, options), signal));
      try {
        await phase("prompt", () => server.prompt(promptOf(job)));
        return server;
      } catch (error) {
        await server.stop();
        throw error;
      }
    });
  };
}
