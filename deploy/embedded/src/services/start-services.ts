import { type DispatcherConfig, start as startDispatcher } from "@gastown/dispatcher";
import { capsFromEnv } from "@gastown/dispatcher/caps-environment";
import { start as startGateway } from "@gastown/gateway";
import { forgesFromEnv, type GithubConfig, type ScmConfig, start as startScm } from "@gastown/scm";
import type { RunningService } from "@gastown/service";
import { start as startTown } from "@gastown/town";
import { agentProgramIn } from "../agent-program.ts";
import type { Installation } from "../installation.ts";
import type { ModelInUse } from "../model/serve-model.ts";
import type { NatsInUse } from "../servers/start-nats.ts";
import { type AgentsPlace, placeAgents } from "./place-agents.ts";

export interface Servers {
  nats: NatsInUse;
  databaseUrl: string;
  model: ModelInUse;
}

export interface RunningServices {
  url: string;
  /** Where webhooks go, and git. */
  forgeUrl: string;
  /** Drains all four: first what takes new work in, then the agents (their work is saved), then the rest. */
  close(): Promise<void>;
}

const host = "127.0.0.1";
/** How long a container may take to save and push what its agents are at. */
const stopGraceMs = 20_000;

/** Runs the four services in this process, on streams that are there. */
export async function startServices(
  installation: Installation,
  servers: Servers,
  options: { port: number | null; signal: AbortSignal; github?: GithubConfig | undefined },
): Promise<RunningServices> {
  const { signal } = options;
  const { secrets, ports, loggerOf } = installation;
  const forge = await scmConfig(installation, servers, options.github);
  const place = await placeAgents(installation, servers, forge);
  const scm = { ...forge, agentUrl: place.agentUrl, agentPort: place.agentPort };
  const dispatcher = await dispatcherConfig(installation, servers, place);
  const port = await ports.choose("gateway", { wanted: options.port });
  const { token: bootstrapToken, secretKey } = secrets;
  const githubAppUrl = appUrlOf(scm);
  const gateway = { ...connections(servers, "gateway"), host, port, bootstrapToken, secretKey, githubAppUrl };
  const services = await startAll([
    startTown(connections(servers, "town"), { logger: loggerOf("town"), signal }),
    startScm(scm, { logger: loggerOf("scm"), signal }),
    startDispatcher(dispatcher, { logger: loggerOf("dispatcher"), signal }),
    startGateway(gateway, { logger: loggerOf("gateway"), signal }),
  ]);
  return {
    url: services[3].url,
    forgeUrl: services[1].url,
    async close() {
      const [townService, scmService, dispatcherService, gatewayService] = services;
      for (const service of [gatewayService, dispatcherService, townService, scmService]) {
        await closeOne(service, installation);
      }
      await place.close();
    },
  };
}

function connections({ nats, databaseUrl }: Servers, user: string) {
  const { user: natsUser, password: natsPassword, credentials: natsCredentials } = nats.login(user);
  return { natsUrl: nats.url, natsUser, natsPassword, natsCredentials, databaseUrl };
}

async function scmConfig(
  { env, ports, secrets, state }: Installation,
  servers: Servers,
  github: GithubConfig | undefined,
): Promise<ScmConfig> {
  const forges = forgesFromEnv(env);
  return {
    gitlab: forges.gitlab,
    github: github ?? forges.github,
    ...connections(servers, "scm"),
    host,
    port: await ports.choose("forge"),
    reposDir: await state.folder("forge"),
    tokenSecret: secrets.forgeSecret,
    ...(env["PATH"] !== undefined && { path: env["PATH"] }),
  };
}

/** The page of the GitHub App that scm is: people are sent there to install it. */
function appUrlOf({ github }: ScmConfig): string | undefined {
  return github?.app ? `${github.webUrl}/apps/${github.app.slug}` : undefined;
}

async function dispatcherConfig(
  { env, state, secrets }: Installation,
  servers: Servers,
  place: AgentsPlace,
): Promise<DispatcherConfig> {
  const caps = capsFromEnv(env);
  return {
    ...connections(servers, "dispatcher"),
    ...place.dispatcher,
    stateDir: await state.folder("agents"),
    path: env["PATH"],
    maxContainers: caps.maxContainers,
    secretKey: secrets.secretKey,
    // What agents are at is saved and pushed before Postgres and NATS end.
    stopContainersOnClose: true,
    stopGraceMs,
    container: {
      ...agentProgramIn(env),
      maxAgents: caps.maxAgents,
      modelUrl: place.modelUrl,
      modelName: servers.model.chosen?.name,
      modelKey: servers.model.chosen?.key,
      modelKeyFile: env["GASTOWN_MODEL_KEY_FILE"] || undefined,
      natsIssuer: servers.nats.issuer,
    },
    logLevel: env["LOG_LEVEL"],
    otlpEndpoint: place.otlpEndpoint,
  };
}

/** All of them, or an error and none: what had started is closed again. */
async function startAll<Services extends RunningService[]>(starting: {
  [At in keyof Services]: Promise<Services[At]>;
}): Promise<Services> {
  const results: PromiseSettledResult<RunningService>[] = await Promise.allSettled(starting);
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined) return await Promise.all(starting);
  for (const result of results) if (result.status === "fulfilled") await result.value.close();
  throw failed.reason;
}

async function closeOne(service: RunningService, { logger, say }: Installation): Promise<void> {
  try {
    await service.close();
  } catch (error) {
    logger.error({ name: service.name, error }, "service did not close");
    say(`${service.name} did not close cleanly: see its log`);
  }
}
