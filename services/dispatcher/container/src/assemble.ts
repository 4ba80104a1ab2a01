import { connectBus, type Bus } from "@gastown/bus";
import { listAgents } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import { Hono } from "hono";
import { createAccess, type Access } from "./agents/access.ts";
import type { AgentRun } from "./agents/agent-run.ts";
import type { Surroundings } from "./agents/agent-spec.ts";
import { createAgents, type Agents } from "./agents/agents.ts";
import { createClearing, type Clearing } from "./agents/clear-gone.ts";
import { createRun } from "./agents/create-run.ts";
import { liveRun } from "./agents/live-run.ts";
import { registeredAgents } from "./agents/registered-agents.ts";
import { createReporter } from "./agents/reporter.ts";
import { rescueTeller } from "./agents/rescue-teller.ts";
import { createRigCheckouts, type RigCheckouts } from "./agents/rig-checkouts.ts";
import { createRigStores, type Errand } from "./agents/rig-stores.ts";
import { createServerLauncher } from "./agents/server-launcher.ts";
import { createStarter } from "./agents/start-agent.ts";
import { createWarmServers } from "./agents/warm-servers.ts";
import { gitOf } from "./agents/workspaces.ts";
import { agentPath, agentProxies, firstAgentUid, type HostConfig } from "./config.ts";
import { credentialRoute } from "./git/credential-route.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { createHydrationGate } from "./hydration-gate.ts";
import { killLeftovers } from "./kill-leftovers.ts";
import { startLocalServer } from "./local-server.ts";
import { modelRoutes } from "./model/model-routes.ts";
import { createRuntime } from "./runtime/create-runtime.ts";
import { createSessionKeeper } from "./sessions/session-keeper.ts";
import { statePaths, type StatePaths } from "./state-paths.ts";
import { createRunningServers } from "./terminal/running-servers.ts";
import { mcpRoutes } from "./tools/mcp-routes.ts";
import { createTownLink, type TownLink } from "./town-link.ts";
import { createUsers, sameUser, type Users } from "./users/users.ts";

export interface Parts {
  config: HostConfig;
  logger: Logger;
  /** Ends the wait for the bus. */
  signal: AbortSignal;
}

/** What is known to all parts. */
interface Ground extends Omit<Parts, "signal"> {
  paths: StatePaths;
  users: Users;
  town: TownLink;
}

/** The host's services for its agents, and what agents are known by there. */
async function serveAgents({ config, paths, users, town, logger }: Ground) {
  const access = createAccess();
  const errands = createAccess<Errand>();
  const { gitMs } = config.limits;
  const credentialUrl = (): string => `${local.url}/git/credential`;
  const rigs = createRigStores({ paths, town, users, errands, credentialUrl, gitMs });
  const checkouts = createRigCheckouts({ rigs, town, paths, users, gitMs, logger });
  let key = config.model.key ?? null;
  const app = new Hono();
  app.route("/model", modelRoutes({ model: config.model, key: () => key, access, logger }));
  app.route("/mcp", mcpRoutes({ access, town, git: (run) => gitOf(run, gitMs), checkouts, logger }));
  const credential: TownLink["credential"] = (rig, agent) => town.credential(rig, agent);
  app.route("/git", credentialRoute({ access, errands, credential, logger }));
  const local = await startLocalServer(app);
  const setModelKey = (modelKey: string | null): void => void (key = modelKey);
  return { access, rigs, checkouts, local, setModelKey, modelKey: () => key };
}

/** What starts agents' servers, warm ones and those of starts, and keeps what agents remember. */
function createServers(ground: Ground, { access, url }: { access: Access; url: string }) {
  const { config, paths, users, town, logger } = ground;
  const runtime = createRuntime(config, logger);
  const own = { path: agentPath(), proxies: agentProxies() };
  const around: Surroundings = { town: config.town, paths, users, ...own, model: config.model.name, url };
  const servers = createRunningServers(createServerLauncher({ runtime, paths, around }));
  const { launcher } = servers;
  const databaseOf = (home: string): string | null => runtime.databaseOf(home);
  const sessions = createSessionKeeper({ town, paths, databaseOf, program: runtime.program, logger });
  const warm = createWarmServers({ launcher, access, sessions, logger });
  return { around, launcher, servers, sessions, warm };
}

/** What a mayor reads is fetched once it runs, beside it: no start waits for that. */
function startAndShow(options: Parameters<typeof createStarter>[0], checkouts: RigCheckouts) {
  const start = createStarter(options);
  return async (run: AgentRun) => {
    const session = await start(run);
    checkouts.begin(run);
    return session;
  };
}

function connect({ config, logger, signal }: Parts): Promise<Bus> {
  return connectBus({
    servers: config.natsUrl,
    name: `container/${config.container}`,
    inboxPrefix: config.inboxPrefix,
    user: config.natsUser,
    password: config.natsPassword,
    credentials: config.natsCredentials,
    logger,
    signal,
  });
}

export type Assembled = Awaited<ReturnType<typeof assemble>>;

/** What all parts need is there: nothing of an earlier host runs, and the bus is reached. */
async function layGround({ config, logger, signal }: Parts): Promise<{ bus: Bus; ground: Ground }> {
  const paths = statePaths(config.stateDir);
  const firstUid = firstAgentUid();
  const users = firstUid === null ? sameUser : createUsers({ file: paths.users, firstUid });
  await killLeftovers(paths, logger);
  const bus = await connect({ config, logger, signal });
  return { bus, ground: { config, paths, users, town: createTownLink(bus, config.town, config.container), logger } };
}

/** Builds everything between the bus and the agents. */
export async function assemble({ config, logger, signal }: Parts) {
  const { bus, ground } = await layGround({ config, logger, signal });
  const { paths, town } = ground;
  const gone = new AbortController();
  const saveUntil = new AbortController();
  const { local, setModelKey, modelKey, ...who } = await serveAgents(ground);
  const { around, launcher, servers, sessions, warm } = createServers(ground, { ...who, url: local.url });
  const gate = createHydrationGate({ boundMs: config.hydrationMs, logger });
  const reporter = createReporter({ town, logger, signal: gone.signal });

  const runs = (): readonly AgentRun[] => agents.runs();
  const rescued = rescueTeller(paths, reporter);
  const recovered = (agent: string): void => clearing.recovered(agent);
  const starting = { ...ground, ...who, launcher, warm, sessions, gate, runs, rescued, recovered };
  const start = startAndShow(starting, who.checkouts);
  const send = (line: Parameters<typeof town.output>[0]): void =>
    void town.output(line).catch((error: unknown) => logger.debug({ error }, "a line of output was lost"));
  const agents: Agents = createAgents({
    ...who,
    create: (job, variables) => createRun({ job, variables }, around),
    failed: (run, error) => logger.error({ agent: run.job.agent, error }, "the life of an agent failed"),
    over: () => clearing.begin(),
    async live(run) {
      await liveRun(run, {
        limits: config.limits,
        launcher,
        start,
        reporter,
        send,
        beat,
        tellModel: (changed, outcome) => reporter.model(changed, outcome),
        keep: (kept) => sessions.keep(kept),
        stored: (kept) => sessions.kept(kept),
        rescued,
        saving: () => saveUntil.signal,
        logger,
      });
      await warm.drop(run.token);
    },
  });
  const registered = () => registeredAgents((page) => town.query(listAgents, page));
  const clearing: Clearing = createClearing({ ...ground, ...who, agents, warm, registered, path: around.path });
  const heartbeat = startHeartbeat({ everyMs: config.heartbeatMs, agents, town, logger });
  const beat = () => heartbeat.beat();
  return {
    bus,
    agents,
    servers,
    local,
    reporter,
    heartbeat,
    gone,
    saveUntil,
    gate,
    warm,
    around,
    setModelKey,
    modelKey,
    clearing,
  };
}
