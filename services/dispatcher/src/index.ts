export { configFromEnv, type DispatcherConfig } from "./config.ts";
export { start } from "./wiring.ts";
