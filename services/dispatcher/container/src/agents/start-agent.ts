import { span, type Logger } from "@gastown/telemetry";
import type { HostConfig } from "../config.ts";
import type { Rescued } from "../git/rescued.ts";
import type { HydrationGate } from "../hydration-gate.ts";
import { nudgesIn, promptOf, systemOf } from "../prompts/role-prompts.ts";
import type { AgentSession } from "../runtime/agent-runtime.ts";
import type { SessionKeeper } from "../sessions/session-keeper.ts";
import type { StatePaths } from "../state-paths.ts";
import type { TownLink } from "../town-link.ts";
import type { Users } from "../users/users.ts";
import type { Access } from "./access.ts";
import type { AgentRun } from "./agent-run.ts";
import { keepsSession } from "./keeps-session.ts";
import type { RigStores } from "./rig-stores.ts";
import type { ServerLauncher } from "./server-launcher.ts";
import { createStartClock, type StartClock } from "./start-clock.ts";
import type { WarmServer, WarmServers } from "./warm-servers.ts";
import { workplaceOf } from "./workplace-of.ts";
import { createWorkspaces } from "./workspaces.ts";

interface StarterOptions {
  config: HostConfig;
  paths: StatePaths;
  town: TownLink;
  launcher: ServerLauncher;
  warm: WarmServers;
  sessions: SessionKeeper;
  access: Access;
  gate: HydrationGate;
  users: Users;
  rigs: RigStores;
  /** All runs there are. */
  runs: () => readonly AgentRun[];
  /** Work was pushed that would have been lost. */
  rescued: (run: AgentRun, work: Rescued) => void;
  /** All work that an agent has here is on the forge. */
  recovered: (agent: string) => void;
  logger: Logger;
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
  // With a workplace it was prepared for that, unless the token has changed since.
  if (token !== null || workplaceOf(run.job) === null) await launcher.prepare(run);
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
  const { config, launcher } = options;
  const makeWorkspace = createWorkspaces({
    ...options,
    gitMs: config.limits.gitMs,
    prepare: (run) => launcher.prepare(run),
  });

  async function start(run: AgentRun, clock: StartClock): Promise<AgentSession> {
    const { job } = run;
    const { signal } = run.stop;
    const workplace = workplaceOf(job);
    if (workplace !== null) await clock.phase("workspace", () => makeWorkspace(run, workplace));
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
