import { createLogger } from "@gastown/telemetry";

export const silentLogger = createLogger("test", { level: "silent" });
