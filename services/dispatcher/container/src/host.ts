import { answerContainer, connectBus } from "@gastown/bus";
import type { Logger } from "@gastown/telemetry";
import { Hono } from "hono";
import { createAccess } from "./agents/access.ts";
import { createAgents, type Agents } from "./agents/agents.ts";
import { createRun } from "./agents/create-run.ts";
import { liveRun, savedReason } from "./agents/live-run.ts";
import { createReporter } from "./agents/reporter.ts";
import { createStarter, gitOf } from "./agents/start-agent.ts";
import { agentPath, agentProxies, type HostConfig } from "./config.ts";
import { credentialRoute } from "./git/credential-route.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { killLeftovers } from "./kill-leftovers.ts";
import { startLocalServer } from "./local-server.ts";
import { modelRoutes } from "./model/model-routes.ts";
import { createOpencodeHttp } from "./runtime/opencode-http/opencode-http.ts";
import { statePaths } from "./state-paths.ts";
import { mcpRoutes } from "./tools/mcp-routes.ts";
import { createTownLink } from "./town-link.ts";

/** A running container host. */
export interface Host {
  /** Where its agents reach it. */
  readonly url: string;
  /** Settles when it has ended. */
  readonly closed: Promise<void>;
  /** Saves and pushes all work, ends all agents, then itself. Twice is once. */
  drain(reason: string): Promise<void>;
}

/** What is left of the grace when all agents have ended: reports go out, connections close. */
const lastWordsMs = 5_000;

interface Parts {
  config: HostConfig;
  logger: Logger;
  signal: AbortSignal;
}

/** Builds everything between the bus and the agents. */
async function assemble({ config, logger, signal }: Parts) {
  const paths = statePaths(config.stateDir);
  await killLeftovers(paths, logger);
  const bus = await connectBus({
    servers: config.natsUrl,
    name: `container/${config.container}`,
    inboxPrefix: config.inboxPrefix,
    user: config.natsUser,
    password: config.natsPassword,
    logger,
    signal,
  });
  const town = createTownLink(bus, config.town, config.container);
  const access = createAccess();
  const gone = new AbortController();
  const saveUntil = new AbortController();
  const reporter = createReporter({ town, logger, signal: gone.signal });
  const { startMs, gitMs } = config.limits;
  const runtime = createOpencodeHttp({ flavour: config.agentRuntime, agentBin: config.agentBin, startMs, logger });

  const app = new Hono();
  app.route("/model", modelRoutes({ model: config.model, access, logger }));
  app.route("/mcp", mcpRoutes({ access, town, git: (run) => gitOf(run, gitMs), logger }));
  app.route("/git", credentialRoute({ access, credential: (rig, agent) => town.credential(rig, agent), logger }));
  const local = await startLocalServer(app);
  const { url } = local;

  const inUse = (path: string): boolean => agents.runs().some((run) => run.worktree === path);
  const start = createStarter({ config, paths, town, runtime, url, inUse });
  const own = { path: agentPath(), proxies: agentProxies() };
  const around = { town: config.town, paths, ...own, model: config.model.name, url };
  const send = (line: Parameters<typeof town.output>[0]): void =>
    void town.output(line).catch((error: unknown) => logger.debug({ error }, "a line of output was lost"));
  const agents: Agents = createAgents({
    access,
    create: (job, variables) => createRun({ job, variables }, around),
    live: (run) =>
      liveRun(run, { limits: config.limits, start, reporter, send, beat, saving: () => saveUntil.signal, logger }),
  });
  const heartbeat = startHeartbeat({ everyMs: config.heartbeatMs, agents, town, logger });
  const beat = () => heartbeat.beat();
  return { bus, agents, local, reporter, heartbeat, gone, saveUntil };
}

/** Resolves when the promise settles or the time is over. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  await Promise.race([promise, over.promise]);
  clearTimeout(timer);
}

/**
 * Starts the host of one town's container: kills what an earlier one left, connects, and answers the dispatcher's requests from
 * then on. Throws when it cannot begin (the signal ends the wait for the bus).
 */
export async function startHost(config: HostConfig, { logger, signal }: Omit<Parts, "config">): Promise<Host> {
  const startedAt = new Date().toISOString();
  const parts = await assemble({ config, logger, signal });
  const { bus, agents, local, reporter, heartbeat, gone, saveUntil } = parts;
  const listening = new AbortController();

  async function end(reason: string): Promise<void> {
    logger.info({ reason, agents: agents.runs().length }, "draining");
    const deadline = setTimeout(() => saveUntil.abort(), config.drainGraceMs);
    await agents.drain(savedReason);
    clearTimeout(deadline);
    await within(lastWordsMs, reporter.told());
    heartbeat.stop();
    gone.abort();
    listening.abort();
    await local.close();
    await bus.close();
    logger.info({ reason }, "drained");
  }
  let ending: Promise<void> | null = null;
  const { promise: closed, resolve: settle, reject: fail } = Promise.withResolvers<void>();
  const drain = (reason: string): Promise<void> => {
    if (ending === null) {
      ending = end(reason);
      ending.then(settle, fail);
    }
    return ending;
  };
  answerContainer(
    bus,
    config.town,
    {
      start: (job) => Promise.resolve(agents.start(job)),
      nudge: (nudge) => agents.nudge(nudge),
      stop({ agent, generation, reason }) {
        logger.info({ agent, generation, reason }, "asked to stop an agent");
        agents.stop(agent, generation, "stopped");
        return Promise.resolve({ accepted: true });
      },
      status: () => Promise.resolve(statusOf(config, startedAt, agents)),
      drain({ reason }) {
        drain(reason).catch((error: unknown) => logger.error({ error }, "the drain failed"));
        return Promise.resolve({ accepted: true });
      },
    },
    { logger, signal: listening.signal },
  );
  logger.info({ url: local.url, runtime: config.agentRuntime }, "container host started");
  return { url: local.url, closed, drain };
}

function statusOf(config: HostConfig, startedAt: string, agents: Agents) {
  return {
    container: config.container,
    startedAt,
    draining: agents.draining,
    agents: agents.runs().map(({ job, state, activeAt }) => ({
      agent: job.agent,
      generation: job.generation,
      state,
      activeAt: activeAt?.toISOString() ?? null,
    })),
  };
}
