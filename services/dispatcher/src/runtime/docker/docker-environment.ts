import { z } from "zod";
import { defaultDockerSettings, type DockerSettings } from "./docker-settings.ts";

/** Settings of which any may be left out. */
export type GivenDockerSettings = { [Name in keyof DockerSettings]?: DockerSettings[Name] | undefined };

const text = z.string().min(1);

/** The environment variables for `DISPATCHER_RUNTIME=docker`; the engine's guard reads the same ones. */
export const dockerEnvironment = z.object({
  DOCKER_HOST: z
    .string()
    .regex(/^(?:unix:\/\/\/|tcp:\/\/)./, "must be unix:///path or tcp://host:port")
    .optional(),
  DISPATCHER_IMAGE: text.optional().describe("the agents' image; gastown-agent by default"),
  DISPATCHER_INSTALLATION: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?$/, "must be 1-24 of a-z, 0-9 and '-'")
    .optional()
    .describe("tells this installation's containers from others' on the same engine; made up by default"),
  DISPATCHER_NETWORK: text.optional().describe("the engine's network containers join; none by default"),
  DISPATCHER_GATE: text.optional().describe("the folder or volume of the gate's sockets"),
  DISPATCHER_CPUS: z.coerce.number().min(0.1).max(1_024).optional().describe("processors of a container; 2 by default"),
  DISPATCHER_MEMORY_MB: z.coerce.number().int().min(64).optional().describe("of a container; 4096 by default"),
  DISPATCHER_PIDS: z.coerce.number().int().min(16).optional().describe("processes of a container; 2048 by default"),
});

/** The settings that the environment gives. */
export function dockerSettingsFrom(given: z.infer<typeof dockerEnvironment>): GivenDockerSettings {
  return {
    engine: given.DOCKER_HOST,
    image: given.DISPATCHER_IMAGE,
    installation: given.DISPATCHER_INSTALLATION,
    network: given.DISPATCHER_NETWORK,
    gate: given.DISPATCHER_GATE,
    cpus: given.DISPATCHER_CPUS,
    memoryMb: given.DISPATCHER_MEMORY_MB,
    pids: given.DISPATCHER_PIDS,
  };
}

/** The settings given, over the defaults. */
export function withDockerDefaults(given: GivenDockerSettings): DockerSettings {
  return {
    ...defaultDockerSettings,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}
