// What the engine's guard (deploy/docker) has to know of the requests this runtime makes.
export { labelFilter, readLabels, volumeLabels, volumeName } from "./container-labels.ts";
export { containerOptions } from "./container-options.ts";
export { dockerEnvironment, dockerSettingsFrom, withDockerDefaults } from "./docker-environment.ts";
export type { DockerSettings } from "./docker-settings.ts";
