import { createLogger, registerTelemetry, type Logger } from "@gastown/telemetry";
import { busIn } from "./life/bus-in.ts";
import { beginLife, type ServiceLife } from "./life/service-life.ts";
import { ConfigError } from "./parse-env.ts";
import { runService } from "./run-service.ts";
import type { RunningService } from "./running-service.ts";

/** What every service's configuration says about its process. */
interface ProcessConfig {
  logLevel?: string | undefined;
  otlpEndpoint?: string | undefined;
}

interface Program<Config> {
  name: string;
  configFromEnv: () => Config;
  start: (config: Config, options: { logger: Logger; signal: AbortSignal }) => Promise<RunningService>;
}

/**
 * Runs a service as this process, as its `main.ts`: configuration from the environment, logger, telemetry when an endpoint is
 * configured, start, and on a signal drain; what telemetry holds is sent last. That it started, could not, or crashed are events on the
 * bus (decision 0024). Ends as `runService` does.
 */
export function runProcess<Config extends ProcessConfig>(service: Program<Config>): Promise<void> {
  const { name } = service;
  const logger = createLogger(name);
  const life = lifeOf(name, logger);
  const start = async (signal: AbortSignal): Promise<RunningService> => {
    try {
      const running = await startWithTelemetry(service, signal);
      life?.started();
      const failed = async (error: unknown): Promise<never> => {
        await life?.crashed(error);
        throw error;
      };
      return {
        ...running,
        ...(running.closed && { closed: running.closed.catch(failed) }),
        close: () => running.close().finally(() => life?.ended()),
      };
    } catch (error) {
      await (signal.aborted ? life?.ended() : life?.bootFailed(error));
      throw error;
    }
  };
  return runService(start, { name, logger, onCrash: async (error) => life?.crashed(error) });
}

async function startWithTelemetry<Config extends ProcessConfig>(
  { name, configFromEnv, start }: Program<Config>,
  signal: AbortSignal,
): Promise<RunningService> {
  const config = configFromEnv();
  const telemetry = await registerTelemetry({ service: name, endpoint: config.otlpEndpoint });
  const logger = createLogger(name, config.logLevel === undefined ? {} : { level: config.logLevel });
  const running = await start(config, { logger, signal });
  const close = async (): Promise<void> => {
    await running.close();
    await telemetry.shutdown();
  };
  return { ...running, close };
}

/** Null when the environment does not say where NATS is: the service's own configuration tells that. */
function lifeOf(service: string, logger: Logger): ServiceLife | null {
  try {
    // oxlint-disable-next-line node/no-process-env -- the bus is known however wrong the rest of the configuration is
    return beginLife({ service, bus: busIn(process.env), logger });
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}
