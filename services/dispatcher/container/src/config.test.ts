import { delimiter, dirname } from "node:path";
import { expect, test } from "vitest";
import { agentPath, parseHostConfig, firstAgentUid } from "./config.ts";

const least = {
  town: "alpha",
  container: "alpha-1",
  stateDir: "/var/lib/gastown/alpha",
  natsUrl: "nats://127.0.0.1:4222",
  inboxPrefix: "_INBOX_container",
  model: { url: "http://127.0.0.1:9000/v1", name: "m" },
};

test("little has to be said", () => {
  const config = parseHostConfig(JSON.stringify(least));
  expect(config).toMatchObject({ agentRuntime: "opencode", heartbeatMs: 30_000, drainGraceMs: 20_000 });
  expect(config.limits.stallMs).toBe(600_000);
});

test("what is wrong is named, and no value is repeated", () => {
  const wrong = {
    ...least,
    stateDir: "relative",
    natsPassword: 5,
    model: { url: "nonsense", key: "sk-secret" },
    typo: 1,
  };
  const parse = () => parseHostConfig(JSON.stringify(wrong));
  for (const field of ["stateDir", "natsPassword", "model.url", "model.name", "typo"]) expect(parse).toThrow(field);
  expect(parse).not.toThrow("sk-secret");
  expect(() => parseHostConfig("{sk-secret")).toThrow(/no JSON/);
  expect(() => parseHostConfig("{sk-secret")).not.toThrow("sk-secret");
});

test("an agent's PATH begins with this node and holds nothing of the host's own", () => {
  const folders = agentPath().split(delimiter);
  expect(folders[0]).toBe(dirname(process.execPath));
  expect(folders).toContain("/usr/bin");
  expect(folders.some((folder) => folder.endsWith("node_modules/.bin"))).toBe(false);
});

test("users of agents begin where the image says; without it there are none, and root is none", () => {
  expect(firstAgentUid("20000")).toBe(20_000);
  expect(firstAgentUid(undefined)).toBeNull();
  for (const wrong of ["0", "999", "", "many"]) expect(() => firstAgentUid(wrong)).toThrow(/1000/);
});
