import { runService } from "@gastown/service";
import { createLogger, registerTelemetry } from "@gastown/telemetry";
import { configFromEnv } from "./config.ts";
import { start } from "./wiring.ts";

await runService(
  async (signal) => {
    const config = configFromEnv();
    const telemetry = registerTelemetry({ service: "town", endpoint: config.otlpEndpoint });
    const logger = createLogger("town", config.logLevel === undefined ? {} : { level: config.logLevel });
    const service = await start(config, { logger, signal });
    return {
      ...service,
      close: async () => {
        await service.close();
        await telemetry.shutdown();
      },
    };
  },
  { name: "town", logger: createLogger("town") },
);
