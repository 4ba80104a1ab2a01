import { createLogger, type Logger } from "@gastown/telemetry";

/** A logger that says nothing. */
export const silent: Logger = createLogger("test", { level: "silent" });
