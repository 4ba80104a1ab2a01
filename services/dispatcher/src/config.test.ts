import { expect, test } from "vitest";
import { configFromEnv, withDefaults } from "./config.ts";

const env = {
  NATS_URL: "nats://127.0.0.1:4222",
  DATABASE_URL: "postgres://127.0.0.1/gastown",
  DISPATCHER_STATE_DIR: "state",
  MODEL_URL: "http://127.0.0.1:11434/v1",
  MODEL_NAME: "qwen3",
};

test("what is needed is enough; the rest has defaults that leave containers running", () => {
  const config = withDefaults(configFromEnv(env));
  expect(config).toMatchObject({
    natsUrl: env.NATS_URL,
    databaseUrl: env.DATABASE_URL,
    runtime: "process",
    stateDir: `${process.cwd()}/state`,
    stopContainersOnClose: false,
    container: { agentRuntime: "opencode", modelUrl: env.MODEL_URL, modelName: "qwen3", heartbeatMs: 30_000 },
  });
  expect(config.containerProgram).toMatch(/\/services\/dispatcher\/container\/src\/main\.ts$/);
});

test("every variable is read, numbers and yes or no as such", () => {
  const all = {
    ...env,
    NATS_USER: "dispatcher",
    NATS_PASSWORD: "p1",
    DISPATCHER_CONTAINER_PROGRAM: "/opt/host.ts",
    DISPATCHER_MAX_AGENTS: "3",
    GASTOWN_MAX_CONTAINERS: "7",
    GASTOWN_SECRET_KEY: "aB".repeat(32),
    DISPATCHER_HEARTBEAT_MS: "5000",
    DISPATCHER_STOP_CONTAINERS: "true",
    DISPATCHER_STOP_GRACE_MS: "7000",
    AGENT_RUNTIME: "kilo",
    AGENT_BIN: "/opt/kilo",
    MODEL_KEY: "k1",
    CONTAINER_NATS_URL: "nats://nats:4222",
    CONTAINER_NATS_USER: "container",
    CONTAINER_NATS_PASSWORD: "p2",
    LOG_LEVEL: "debug",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
    PATH: "/bin",
  };
  expect(configFromEnv(all)).toMatchObject({
    natsUser: "dispatcher",
    natsPassword: "p1",
    containerProgram: "/opt/host.ts",
    path: "/bin",
    maxContainers: 7,
    secretKey: "aB".repeat(32),
    stopContainersOnClose: true,
    stopGraceMs: 7_000,
    logLevel: "debug",
    otlpEndpoint: "http://127.0.0.1:4318",
    container: {
      agentRuntime: "kilo",
      agentBin: "/opt/kilo",
      modelKey: "k1",
      maxAgents: 3,
      heartbeatMs: 5_000,
      natsUrl: "nats://nats:4222",
      natsUser: "container",
      natsPassword: "p2",
    },
  });
});

test("all that is wrong is named at once", () => {
  const numbers = { DISPATCHER_MAX_AGENTS: "0", GASTOWN_MAX_CONTAINERS: "0", GASTOWN_SECRET_KEY: "abc" };
  const wrong = { ...env, ...numbers, NATS_URL: "", MODEL_URL: "no", DISPATCHER_RUNTIME: "docker" };
  expect(() => configFromEnv(wrong)).toThrow(
    /NATS_URL: is not set[^]*DISPATCHER_RUNTIME[^]*MAX_AGENTS[^]*MAX_CONTAINERS[^]*64 hexadecimal[^]*MODEL_URL/,
  );
});
