import { createClient } from "@gastown/client";
import type { GithubConfig } from "@gastown/scm";
import { beginLife, type ServiceLife } from "@gastown/service/service-life";
import { registerTelemetry } from "@gastown/telemetry";
import { z } from "zod";
import { describeAgentProgram } from "./agent-program.ts";
import { checkEnvironment } from "./check-environment.ts";
import { ensureTown } from "./demo/prepare-town.ts";
import { type Installation, openInstallation } from "./installation.ts";
import { type ModelInUse, serveModel } from "./model/serve-model.ts";
import { type NatsInUse, startNats } from "./servers/start-nats.ts";
import { type PostgresInUse, startPostgres } from "./servers/start-postgres.ts";
import { provisionStreams } from "./services/provision-streams.ts";
import { type RunningServices, startServices } from "./services/start-services.ts";
import { lockState } from "./state/lock.ts";
import { openStateDir } from "./state/state-dir.ts";

export interface StartOptions {
  /** The state folder; made when missing. */
  state: string;
  /** The gateway's port; null: the one of the last time, else a free one. */
  port: number | null;
  /** Without a model in the environment: use the scripted double. */
  scripted: boolean;
  /** The town that is there afterwards; null: the one of the last time, else `town`. */
  town: string | null;
  /** Instead of the GitHub of the environment. */
  github?: GithubConfig | undefined;
  env: Record<string, string | undefined>;
  say: (line: string) => void;
  /** Aborts the start. */
  signal: AbortSignal;
}

/** A running installation: NATS, Postgres and the four services. */
export interface RunningInstallation {
  url: string;
  /** Where webhooks go, and git. */
  forgeUrl: string;
  token: string;
  town: string;
  installation: Installation;
  /** What is known of this process outside of it. */
  life: ServiceLife;
  nats: NatsInUse & { serverVersion: string };
  postgres: PostgresInUse;
  model: ModelInUse;
  /** The program agents run as, with its version. */
  agentProgram: string;
  /** Saves what agents are at, closes the services, then stops Postgres and NATS. */
  close(): Promise<void>;
}

const serverFile = z.object({ town: z.string() });

/** Undoes what was started, the last first. */
class Undo {
  readonly #steps: { name: string; run: () => Promise<void> | void }[] = [];
  add(name: string, run: () => Promise<void> | void): void {
    this.#steps.push({ name, run });
  }
  async all(onError: (name: string, error: unknown) => void): Promise<void> {
    for (const { name, run } of this.#steps.splice(0).toReversed()) {
      try {
        await run();
      } catch (error) {
        onError(name, error);
      }
    }
  }
}

/**
 * Starts everything on one state folder, or goes on with what still runs there, and writes `server.json` (URL, token and town,
 * for its owner only). Throws what is wrong with the environment before it touches anything, and AlreadyRunningError when another
 * process holds the folder.
 */
export async function startInstallation(options: StartOptions): Promise<RunningInstallation> {
  checkEnvironment(options.env);
  const state = await openStateDir(options.state);
  const undo = new Undo();
  undo.add("lock", await lockState(state));
  const installation = await openInstallation(state, options);
  undo.add("logs", installation.closeLogs);
  const failed = (name: string, error: unknown) => {
    installation.logger.error({ name, error }, "could not be stopped");
    options.say(`${name} could not be stopped: ${error instanceof Error ? error.message : String(error)}`);
  };
  try {
    const endpoint = options.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
    const telemetry = await registerTelemetry({ service: "gastown", endpoint });
    undo.add("telemetry", () => telemetry.shutdown());
    const servers = await startServers(installation, { undo, scripted: options.scripted });
    const serverVersion = await provisionStreams(installation, servers.nats, options.signal);
    const life = liveOn(installation, servers.nats);
    undo.add("life", () => life.ended());
    const { services, town } = await startAndSettle(installation, servers, options).catch(async (error: unknown) => {
      if (!options.signal.aborted) await life.bootFailed(error);
      throw error;
    });
    undo.add("services", () => services.close());
    life.started();
    return {
      url: services.url,
      forgeUrl: services.forgeUrl,
      token: installation.secrets.token,
      town,
      installation,
      life,
      ...servers,
      agentProgram: await describeAgentProgram(options.env),
      nats: { ...servers.nats, serverVersion },
      close: () => undo.all(failed),
    };
  } catch (error) {
    await undo.all(failed);
    throw error;
  }
}

async function startServers(installation: Installation, { undo, scripted }: { undo: Undo; scripted: boolean }) {
  const model = await serveModel(installation, scripted);
  undo.add("model", () => model.close());
  const nats = await startNats(installation);
  undo.add("nats-server", () => nats.stop());
  const postgres = await startPostgres(installation);
  undo.add("postgres", () => postgres.stop());
  return { model, nats, postgres };
}

/** One process, one life: what ends one of the services ends all of them, and is told once. */
function liveOn({ loggerOf }: Installation, nats: NatsInUse): ServiceLife {
  const bus = { servers: nats.url, ...nats.login("gastown") };
  return beginLife({ service: "gastown", bus, logger: loggerOf("life") });
}

/** The services with a town to work in, or an error and neither. */
async function startAndSettle(
  installation: Installation,
  servers: Awaited<ReturnType<typeof startServers>>,
  options: StartOptions,
): Promise<{ services: RunningServices; town: string }> {
  const services = await startServices(installation, { ...servers, databaseUrl: servers.postgres.url }, options);
  try {
    return { services, town: await settleTown(installation, services, options.town) };
  } catch (error) {
    await services.close();
    throw error;
  }
}

/** Makes the town that people work in by default and writes where it is found. */
async function settleTown(
  { state, secrets }: Installation,
  { url }: RunningServices,
  wanted: string | null,
): Promise<string> {
  const town = wanted ?? (await state.read("server.json", serverFile))?.town ?? "town";
  const client = createClient({ url, token: secrets.token });
  await ensureTown(client, town, town === "demo" ? "Demo" : "Town");
  await state.write("server.json", { url, token: secrets.token, town, pid: process.pid });
  return town;
}
