import { runService } from "@gastown/service";
import { createLogger, registerTelemetry } from "@gastown/telemetry";
import { configFromEnv } from "./config.ts";
import { start } from "./wiring.ts";

const logger = createLogger("gateway");
await runService(
  async (signal) => {
    const config = configFromEnv();
    const telemetry = registerTelemetry({ service: "gateway", endpoint: config.otlpEndpoint });
    const service = await start(config, { logger: createLogger("gateway", { level: config.logLevel }), signal });
    return {
      ...service,
      close: async () => {
        await service.close();
        await telemetry.shutdown();
      },
    };
  },
  { name: "gateway", logger },
);
