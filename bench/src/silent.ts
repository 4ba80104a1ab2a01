import { createLogger } from "@gastown/telemetry";

/** Says nothing: what goes wrong in a measurement is thrown. */
export const silent = createLogger("bench", { level: "silent" });
