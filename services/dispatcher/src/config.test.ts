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
    NATS_CREDENTIALS: "creds",
    DISPATCHER_RUNTIME: "docker",
    DOCKER_HOST: "tcp://docker:2375",
    DISPATCHER_IMAGE: "acme/agents:3",
    DISPATCHER_INSTALLATION: "acme",
    DISPATCHER_NETWORK: "agents",
    DISPATCHER_GATE: "gate",
    DISPATCHER_CPUS: "1.5",
    DISPATCHER_MEMORY_MB: "2048",
    DISPATCHER_PIDS: "500",
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
    CONTAINER_NATS_ISSUER: "issuer",
    LOG_LEVEL: "debug",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
    PATH: "/bin",
  };
  expect(configFromEnv(all)).toMatchObject({
    natsUser: "dispatcher",
    natsPassword: "p1",
    natsCredentials: "creds",
    runtime: "docker",
    docker: {
      engine: "tcp://docker:2375",
      image: "acme/agents:3",
      installation: "acme",
      network: "agents",
      gate: "gate",
      cpus: 1.5,
      memoryMb: 2_048,
      pids: 500,
    },
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
      natsIssuer: "issuer",
    },
  });
});

test("on Docker the image says what runs, and where there is a gate the bus is there", () => {
  const docker = { ...env, DISPATCHER_RUNTIME: "docker", DISPATCHER_MEMORY_MB: "512" };
  const settings = { engine: "unix:///var/run/docker.sock", image: "gastown-agent", network: "none", cpus: 2 };
  const config = withDefaults(configFromEnv(docker));
  expect(config.docker).toMatchObject({ ...settings, memoryMb: 512 });
  expect(config.docker.program).toBeUndefined();
  expect(config.container.natsUrl).toBeUndefined();
  const natsUrlOf = (more: Record<string, string>) =>
    withDefaults(configFromEnv({ ...docker, ...more })).container.natsUrl;
  expect(natsUrlOf({ DISPATCHER_GATE: "/run/gate" })).toBe("nats://127.0.0.1:4222");
  expect(natsUrlOf({ DISPATCHER_GATE: "/run/gate", CONTAINER_NATS_URL: "nats://nats:1" })).toBe("nats://nats:1");
  expect(natsUrlOf({ DISPATCHER_GATE: "/run/gate", DISPATCHER_RUNTIME: "process" })).toBeUndefined();
});

test("all that is wrong is named at once", () => {
  const numbers = { DISPATCHER_MAX_AGENTS: "0", GASTOWN_MAX_CONTAINERS: "0", GASTOWN_SECRET_KEY: "abc" };
  const docker = {
    DISPATCHER_RUNTIME: "podman",
    DOCKER_HOST: "docker",
    DISPATCHER_INSTALLATION: "A_b",
    DISPATCHER_CPUS: "0",
  };
  const wrong = { ...env, ...numbers, ...docker, NATS_URL: "", MODEL_URL: "no" };
  expect(() => configFromEnv(wrong)).toThrow(
    /NATS_URL: is not set[^]*_RUNTIME[^]*unix:\/\/\/path[^]*_INSTALLATION[^]*_CPUS[^]*MAX_AGENTS[^]*MAX_CONTAINERS[^]*64 hexadecimal[^]*MODEL_URL/,
  );
});

test("a dispatcher with credentials needs what makes those of containers", () => {
  const own = { ...env, NATS_CREDENTIALS: "creds" };
  expect(() => configFromEnv(own)).toThrow(
    "CONTAINER_NATS_ISSUER: is not set (what makes each container's own credentials",
  );
  expect(configFromEnv({ ...own, CONTAINER_NATS_ISSUER: "issuer" }).container.natsIssuer).toBe("issuer");
});

test("an ACP program is a command; without one it is said what is missing", () => {
  const acp = { ...env, AGENT_RUNTIME: "acp", AGENT_COMMAND: " gemini  --experimental-acp " };
  expect(configFromEnv(acp).container).toMatchObject({
    agentRuntime: "acp",
    acp: { command: ["gemini", "--experimental-acp"], profile: "plain" },
  });
  expect(() => configFromEnv({ ...env, AGENT_RUNTIME: "acp" })).toThrow(/AGENT_COMMAND/);
});
