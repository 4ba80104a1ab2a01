import { issuerOf, makeBusKeys } from "@gastown/bus";
import { containerEndMs } from "@gastown/contracts";
import { expect, test } from "vitest";
import { aMayorJob } from "./domain/test/builders.ts";
import { withDefaults, type DispatcherConfig } from "./config.ts";
import { hostConfig } from "./host-config.ts";

const given: DispatcherConfig = {
  natsUrl: "nats://127.0.0.1:4222",
  natsUser: "dispatcher",
  natsPassword: "dispatcher-secret",
  databaseUrl: "postgres://dispatcher:database-secret@127.0.0.1/gastown",
  runtime: "process",
  stateDir: "/state",
  stopGraceMs: 8_000,
  container: {
    agentRuntime: "opencode",
    modelUrl: "http://127.0.0.1:11434/v1",
    modelName: "qwen3",
    modelKey: "model-key",
    natsUser: "container",
    natsPassword: "container-secret",
  },
};
const named = { town: "river", container: "river-2", stateDir: "/state/river" };
const host = { ...named, prewarm: null, modelKey: "newer-key" };

test("a container is told what it needs and nothing else", () => {
  expect(hostConfig(withDefaults(given), host)).toEqual({
    ...named,
    natsUrl: "nats://127.0.0.1:4222",
    natsUser: "container",
    natsPassword: "container-secret",
    inboxPrefix: "_INBOX_container_river",
    model: { url: "http://127.0.0.1:11434/v1", name: "qwen3", key: "newer-key" },
    agentRuntime: "opencode",
    heartbeatMs: 30_000,
    drainGraceMs: 5_000,
  });
});

test.each([5_000, 8_000, 10_000, 20_000])(
  "of a stop of %i ms, what a host takes after saving is left over",
  (stopGraceMs) => {
    const { drainGraceMs } = hostConfig(withDefaults({ ...given, stopGraceMs }), host);
    expect(Number(drainGraceMs) + containerEndMs.lastWords + containerEndMs.closing).toBeLessThanOrEqual(stopGraceMs);
    expect(drainGraceMs).toBeGreaterThanOrEqual(1_000);
  },
);

test("where the dispatcher can make them, each container gets credentials of its own and no password", () => {
  const container = { ...given.container, natsIssuer: issuerOf(makeBusKeys()) };
  const config = withDefaults({ ...given, container });
  const [river, lake] = [hostConfig(config, host), hostConfig(config, { ...host, town: "lake" })];
  expect(river["natsCredentials"]).toMatch(/BEGIN NATS USER JWT[^]*BEGIN USER NKEY SEED/);
  expect(river["natsCredentials"]).not.toBe(lake["natsCredentials"]);
  expect(JSON.stringify(river)).not.toMatch(/-secret"|natsUser/);
  const broken = withDefaults({ ...given, container: { ...container, natsIssuer: '{"account":"A"}' } });
  expect(() => hostConfig(broken, host)).toThrow("issues no credentials");
});

test("without a user of its own it connects as the dispatcher does", () => {
  const { natsUser: _, natsPassword: __, ...container } = given.container;
  const told = hostConfig(withDefaults({ ...given, container: { ...container, natsUrl: "nats://nats:4222" } }), host);
  expect(told).toMatchObject({
    natsUrl: "nats://nats:4222",
    natsUser: "dispatcher",
    natsPassword: "dispatcher-secret",
  });
});

test("the mayor's start that is to come goes along", () => {
  const prewarm = { ...aMayorJob("gt-1"), variables: { API: "1" } };
  expect(hostConfig(withDefaults(given), { ...host, prewarm })).toMatchObject({ prewarm });
  expect(hostConfig(withDefaults(given), host)).not.toHaveProperty("prewarm");
});
