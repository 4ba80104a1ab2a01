export { ensureBeads, ensureRig, ensureTown } from "./demo/prepare-town.ts";
export { type RunningInstallation, startInstallation, type StartOptions } from "./start-installation.ts";
