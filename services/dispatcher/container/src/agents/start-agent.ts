import type { WorkerJob } from "@gastown/contracts";
import { createMutex } from "@gastown/service";
import { span, type Logger } from "@gastown/telemetry";
import type { HostConfig } from "../config.ts";
import { createRecovery } from "../git/recover-work.ts";
import { updateRepository } from "../git/repository.ts";
import type { GitPlace } from "../git/run-git.ts";
import { ensureBranchWorktree, ensureReviewWorktree, removeFinishedWorktrees } from "../git/worktree.ts";
import type { HydrationGate } from "../hydration-gate.ts";
import { nudgesIn, promptOf, systemOf } from "../prompts/role-prompts.ts";
import type { AgentSession } from "../runtime/agent-runtime.ts";
import { StartError } from "../runtime/start-error.ts";
import type { SessionKeeper } from "../sessions/session-keeper.ts";
import type { StatePaths } from "../state-paths.ts";
import type { TownLink } from "../town-link.ts";
import type { Access } from "./access.ts";
import type { AgentRun } from "./agent-run.ts";
import { keepsSession } from "./keeps-session.ts";
import type { ServerLauncher } from "./server-launcher.ts";
import { createStartClock, type StartClock } from "./start-clock.ts";
import type { WarmServer, WarmServers } from "./warm-servers.ts";
import { workplaceOf } from "./workplace-of.ts";

interface StarterOptions {
  config: HostConfig;
  paths: StatePaths;
  town: TownLink;
  launcher: ServerLauncher;
  warm: WarmServers;
  sessions: SessionKeeper;
  access: Access;
  gate: HydrationGate;
  /** Whether an agent works in the worktree at this path. */
  inUse: (path: string) => boolean;
  logger: Logger;
}

/** Where a run's git commands work. */
export function gitOf(run: AgentRun, timeoutMs: number, signal: AbortSignal = run.stop.signal): GitPlace {
  return { cwd: run.worktree, env: run.env, signal, timeoutMs };
}

/** A step with the repository: what fails in it is told as such. */
async function step(run: AgentRun, name: string, fn: () => Promise<void>): Promise<void> {
  run.stop.signal.throwIfAborted();
  try {
    await span(`agent.start ${name}`, {}, fn);
  } catch (error) {
    run.stop.signal.throwIfAborted();
    throw new StartError("no_repository", error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Makes the workspace of a run. Clones and worktrees of one rig are made one after the other. */
function createWorkspaces({
  config,
  paths,
  town,
  inUse,
  logger,
}: StarterOptions): (run: AgentRun, job: WorkerJob) => Promise<void> {
  const rigs = createMutex();
  const recover = createRecovery({ inUse, logger });

  async function makeClone(run: AgentRun, { agent, rig }: WorkerJob): Promise<void> {
    const { url } = await town.credential(rig.rig, agent);
    const path = paths.repository(rig.rig);
    await updateRepository(gitOf(run, config.limits.gitMs), { path, url, defaultBranch: rig.defaultBranch });
  }
  async function makeWorktree(run: AgentRun, job: WorkerJob): Promise<void> {
    const { worktree } = run;
    const git = gitOf(run, config.limits.gitMs);
    const want = { repository: paths.repository(job.rig.rig), path: worktree };
    const mustExist = job.kind === "fixup";
    if (job.review === null)
      await ensureBranchWorktree(git, { ...want, branch: job.branch, base: job.base, mustExist, inUse });
    else await ensureReviewWorktree(git, { ...want, head: job.review.head });
    await removeFinishedWorktrees(git, want.repository, worktree);
  }
  return (run, job) =>
    rigs.withKey(job.rig.rig, async () => {
      await step(run, "clone", () => makeClone(run, job));
      await step(run, "recovery", () => recover(gitOf(run, config.limits.gitMs), paths.repository(job.rig.rig)));
      await step(run, "worktree", () => makeWorktree(run, job));
    });
}

/** A warm server is this run's now: it is known by that one's token. */
function claim(run: AgentRun, { warm, access }: StarterOptions): string | null {
  const token = warm.claim(run.job.agent);
  if (token === null) return null;
  access.revoke(run);
  run.token = token;
  access.grant(run);
  return token;
}

/** What was said in the session that is gone on with is not said again: who said it may not know that it was. */
async function pickUp(run: AgentRun, session: AgentSession): Promise<void> {
  run.nudges.heard(nudgesIn((await session.prompts?.()) ?? []));
}

/** A server with the right configuration, and the session to go on with: a warm one, else a new one. */
async function serverFor(
  run: AgentRun,
  options: StarterOptions,
  clock: StartClock,
): Promise<WarmServer & { prewarmed: boolean }> {
  const { launcher, warm, sessions } = options;
  const token = claim(run, options);
  const spec = launcher.specOf(run, run.model);
  if (token !== null) {
    const found = await clock.phase("sdk_ready", () => warm.take(token, spec));
    if (found !== null) return { ...found, prewarmed: true };
  }
  launcher.prepare(run);
  const resume = await clock.phase("db_hydrated", () => (keepsSession(run.job) ? sessions.hydrate(run) : null));
  const server = await clock.phase("sdk_ready", () => launcher.start(spec, run.stop.signal));
  return { server, resume, prewarmed: false };
}

/**
 * Answers a function that brings a run from its job to a prompted session: hydration is waited for, then workspace, session, server,
 * prompt, each a measured phase in the span `agent.start`. A session that is gone on with is told nothing. It throws what went wrong,
 * with nothing left running; how it went stands in the run either way. What git made stays for the next start.
 */
export function createStarter(options: StarterOptions): (run: AgentRun) => Promise<AgentSession> {
  const makeWorkspace = createWorkspaces(options);

  async function start(run: AgentRun, clock: StartClock): Promise<AgentSession> {
    const { job } = run;
    const { signal } = run.stop;
    const workplace = workplaceOf(job);
    if (workplace !== null) {
      options.launcher.prepare(run);
      await clock.phase("workspace", () => makeWorkspace(run, workplace));
    }
    const { server, resume, prewarmed } = await serverFor(run, options, clock);
    try {
      const opening = { title: `${job.role} ${job.agent}`, system: systemOf(job), resume };
      const session = await clock.phase("session_created", () => server.open(opening, signal));
      if (session.resumed) await pickUp(run, session);
      else await clock.phase("prompted", () => session.prompt(promptOf(job)));
      if (keepsSession(job)) options.sessions.begun(run, session.id);
      run.started = clock.details({ prewarmed, resumed: session.resumed });
      return session;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  return (run) => {
    const { job } = run;
    const attributes = {
      "gastown.agent": job.agent,
      "gastown.bead": job.bead.bead,
      "gastown.generation": job.generation,
    };
    return span("agent.start", { parent: run.trace, attributes }, async (active) => {
      run.trace = active.carrier();
      await options.gate.passed(run.stop.signal);
      const clock = createStartClock(run.stop.signal);
      try {
        return await start(run, clock);
      } catch (error) {
        run.started = clock.failed(error);
        throw error;
      }
    });
  };
}
