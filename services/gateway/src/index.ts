export { configFromEnv, type GatewayConfig } from "./config.ts";
export { start } from "./wiring.ts";
