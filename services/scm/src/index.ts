export { configFromEnv, type ScmConfig } from "./config.ts";
export { start } from "./wiring.ts";
