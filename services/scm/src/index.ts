export { configFromEnv, type ScmConfig } from "./config.ts";
export { forgesFromEnv, type GithubConfig } from "./forge-config.ts";
export { start } from "./wiring.ts";
