export { parseHostConfig, type HostConfig } from "./config.ts";
export { startHost, type Host } from "./host.ts";
