import { createLogger, registerTelemetry, type Logger } from "@gastown/telemetry";
import { runService } from "./run-service.ts";
import type { RunningService } from "./running-service.ts";

/** What every service's configuration says about its process. */
interface ProcessConfig {
  logLevel?: string | undefined;
  otlpEndpoint?: string | undefined;
}

/**
 * Runs a service as this process, as its `main.ts`: configuration from the environment, logger, telemetry when an endpoint is
 * configured, start, and on a signal drain; what telemetry holds is sent last. Ends as `runService` does.
 */
export function runProcess<Config extends ProcessConfig>(service: {
  name: string;
  configFromEnv: () => Config;
  start: (config: Config, options: { logger: Logger; signal: AbortSignal }) => Promise<RunningService>;
}): Promise<void> {
  const { name } = service;
  const start = async (signal: AbortSignal): Promise<RunningService> => {
    const config = service.configFromEnv();
    const telemetry = registerTelemetry({ service: name, endpoint: config.otlpEndpoint });
    const logger = createLogger(name, config.logLevel === undefined ? {} : { level: config.logLevel });
    const running = await service.start(config, { logger, signal });
    const close = async (): Promise<void> => {
      await running.close();
      await telemetry.shutdown();
    };
    return { ...running, close };
  };
  return runService(start, { name, logger: createLogger(name) });
}
