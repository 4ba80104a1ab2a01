import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { natsEnvironment, natsSettingsFrom, parseEnv, type NatsSettings } from "@gastown/service";
import { z } from "zod";
import { agentEnvironment, agentProgramFrom, type AgentProgramSettings } from "./agent-environment.ts";
import { capsEnvironment, capsFrom } from "./caps-environment.ts";
import type { Limits } from "./domain/limits.ts";
import { natsUrlAtGate } from "./runtime/docker/container-options.ts";
import {
  dockerEnvironment,
  dockerSettingsFrom,
  withDockerDefaults,
  type GivenDockerSettings,
} from "./runtime/docker/docker-environment.ts";

/** What the dispatcher is started with. What may be left out has the defaults of `withDefaults`. */
export interface DispatcherConfig extends NatsSettings {
  databaseUrl: string;
  /** Where containers run: as processes of this machine, which closes nothing off, or on a Docker engine. */
  runtime: "process" | "docker";
  /** For the runtime `docker`; what is left out is as `defaultDockerSettings` has it. */
  docker?: GivenDockerSettings | undefined;
  /** The folder of containers' logs and records, and of their files where they are processes. */
  stateDir: string;
  /** The container program, as the container sees it. */
  containerProgram?: string | undefined;
  /** The PATH of the container program; git must be found on it. */
  path?: string | undefined;
  container: ContainerConfig;
  /** Containers of all towns together (20 when left out): an agent that needs one more waits until one ends. */
  maxContainers?: number | undefined;
  /** Opens agents' variables, which are sealed with it: 64 hexadecimal characters. Without it agents with variables do not start. */
  secretKey?: string | undefined;
  /** Containers are drained when the dispatcher closes. Not in a rolling restart: the next dispatcher adopts them. */
  stopContainersOnClose?: boolean | undefined;
  /** How long a drained container may take to save and push its work. */
  stopGraceMs?: number | undefined;
  logLevel?: string | undefined;
  otlpEndpoint?: string | undefined;
  /** Other numbers for the plan, in tests. */
  limits?: Partial<Limits> | undefined;
}

/** What containers are told, and how many agents they hold. */
interface ContainerConfig extends AgentProgramSettings {
  /** An OpenAI chat-completions service, with its `/v1`. Without one nothing is started: what is wished waits until there is one. */
  modelUrl?: string | undefined;
  modelName?: string | undefined;
  modelKey?: string | undefined;
  /** The file the key is from; it is read again when it is replaced. */
  modelKeyFile?: string | undefined;
  maxAgents?: number | undefined;
  heartbeatMs?: number | undefined;
  /** How containers reach NATS, when that is not how the dispatcher does. */
  natsUrl?: string | undefined;
  natsUser?: string | undefined;
  natsPassword?: string | undefined;
  /** Makes credentials for each container, which reach its town and no other (`issuerOf` of libs/bus; decision 0019). */
  natsIssuer?: string | undefined;
}

const text = z.string().min(1);
const ms = z.coerce.number().int().min(100);

const environment = z.object({
  ...natsEnvironment.shape,
  DATABASE_URL: text.describe("postgres://user:password@host:port/database"),
  DISPATCHER_RUNTIME: z
    .enum(["process", "docker"])
    .default("process")
    .describe("where containers run: process or docker"),
  ...dockerEnvironment.shape,
  DISPATCHER_STATE_DIR: text.describe("a folder for containers, their records and logs"),
  DISPATCHER_CONTAINER_PROGRAM: text.optional(),
  ...capsEnvironment.shape,
  GASTOWN_SECRET_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, "must be 64 hexadecimal characters; make one with: openssl rand -hex 32")
    .optional()
    .describe("the installation's key, the same for the gateway, for variables of agents"),
  DISPATCHER_HEARTBEAT_MS: ms.optional(),
  DISPATCHER_STOP_CONTAINERS: z.enum(["true", "false"]).optional().describe("true: containers end with the dispatcher"),
  DISPATCHER_STOP_GRACE_MS: ms.optional(),
  ...agentEnvironment.shape,
  MODEL_URL: z.url().describe("the base URL of an OpenAI chat-completions service, with its /v1"),
  MODEL_NAME: text.describe("the model's name as that service knows it"),
  MODEL_KEY: text
    .optional()
    .describe("of that service; MODEL_KEY_FILE names a file, which is read again when it is replaced"),
  CONTAINER_NATS_URL: text.optional(),
  CONTAINER_NATS_USER: text.optional(),
  CONTAINER_NATS_PASSWORD: text.optional(),
  CONTAINER_NATS_ISSUER: text
    .optional()
    .describe("what makes each container's own credentials; CONTAINER_NATS_ISSUER_FILE names a file"),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: text.optional(),
  PATH: text.optional(),
});

/** A dispatcher's own credentials are never a container's. */
const checked = environment.refine(
  (given) => given.NATS_CREDENTIALS === undefined || (given.CONTAINER_NATS_ISSUER ?? given.CONTAINER_NATS_USER),
  { path: ["CONTAINER_NATS_ISSUER"] },
);

/** The dispatcher's configuration in the environment. Throws `ConfigError` naming every variable that is wrong. */
export function configFromEnv(env: Record<string, string | undefined> = process.env): DispatcherConfig {
  const given = parseEnv(checked, env);
  const caps = capsFrom(given);
  return {
    ...natsSettingsFrom(given),
    databaseUrl: given.DATABASE_URL,
    runtime: given.DISPATCHER_RUNTIME,
    docker: dockerSettingsFrom(given),
    stateDir: resolve(given.DISPATCHER_STATE_DIR),
    containerProgram: given.DISPATCHER_CONTAINER_PROGRAM,
    path: given.PATH,
    container: {
      ...agentProgramFrom(given),
      modelUrl: given.MODEL_URL,
      modelName: given.MODEL_NAME,
      modelKey: given.MODEL_KEY,
      modelKeyFile: env["MODEL_KEY_FILE"],
      maxAgents: caps.maxAgents,
      heartbeatMs: given.DISPATCHER_HEARTBEAT_MS,
      natsUrl: given.CONTAINER_NATS_URL,
      natsUser: given.CONTAINER_NATS_USER,
      natsPassword: given.CONTAINER_NATS_PASSWORD,
      natsIssuer: given.CONTAINER_NATS_ISSUER,
    },
    maxContainers: caps.maxContainers,
    secretKey: given.GASTOWN_SECRET_KEY,
    stopContainersOnClose: given.DISPATCHER_STOP_CONTAINERS === "true",
    stopGraceMs: given.DISPATCHER_STOP_GRACE_MS,
    logLevel: given.LOG_LEVEL,
    otlpEndpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT,
  };
}

/** The configuration with nothing left out that the dispatcher itself needs. */
export type FullConfig = ReturnType<typeof withDefaults>;

/** Fills in what the configuration leaves out. */
export function withDefaults(config: DispatcherConfig) {
  // The image says which program a container runs, unless another one was asked for.
  const docker = withDockerDefaults({ program: config.containerProgram, ...config.docker });
  const { container } = config;
  return {
    ...config,
    docker,
    stateDir: resolve(config.stateDir),
    // A path beside this package, not an import: services do not import each other.
    containerProgram: config.containerProgram ?? fileURLToPath(new URL("../container/src/main.ts", import.meta.url)),
    path: config.path ?? process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    stopContainersOnClose: config.stopContainersOnClose ?? false,
    // Within the 15 s after which runService ends a process by force.
    stopGraceMs: config.stopGraceMs ?? 10_000,
    container: {
      ...container,
      heartbeatMs: container.heartbeatMs ?? 30_000,
      // A container that has only the gate has the bus where the gate is.
      natsUrl:
        container.natsUrl ?? (config.runtime === "docker" && docker.gate !== undefined ? natsUrlAtGate : undefined),
    },
  };
}
