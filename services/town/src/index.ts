export { configFromEnv, type TownConfig } from "./config.ts";
export { start } from "./wiring.ts";
