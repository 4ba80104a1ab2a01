import { ConfigError } from "@gastown/service";
import { expect, test } from "vitest";
import { capsFromEnv } from "./caps-environment.ts";
import { defaultLimits } from "./domain/limits.ts";

test.each([
  ["nothing", {}, {}],
  ["what compose leaves empty", { GASTOWN_MAX_CONTAINERS: "", DISPATCHER_MAX_AGENTS: "" }, {}],
  ["the least", { GASTOWN_MAX_CONTAINERS: "1", DISPATCHER_MAX_AGENTS: "1" }, { maxContainers: 1, maxAgents: 1 }],
  [
    "the most",
    { GASTOWN_MAX_CONTAINERS: "10000", DISPATCHER_MAX_AGENTS: "100" },
    { maxContainers: 10_000, maxAgents: 100 },
  ],
])("caps are read: %s", (_what, env, caps) => {
  expect(capsFromEnv({ ...env, OTHER: "x" })).toEqual(caps);
});

test.each([
  ["GASTOWN_MAX_CONTAINERS", "many", 10_000, "containers of all towns", defaultLimits.maxContainers],
  ["GASTOWN_MAX_CONTAINERS", "10001", 10_000, "containers of all towns", defaultLimits.maxContainers],
  ["DISPATCHER_MAX_AGENTS", "0", 100, "agents in a town's container", defaultLimits.maxAgents],
  ["DISPATCHER_MAX_AGENTS", "1.5", 100, "agents in a town's container", defaultLimits.maxAgents],
  ["DISPATCHER_MAX_AGENTS", "101", 100, "agents in a town's container", defaultLimits.maxAgents],
])("%s=%s is told, once, with what it is for and has by default", (name, value, most, what, byDefault) => {
  const reading = () => capsFromEnv({ [name]: value });
  expect(reading).toThrow(ConfigError);
  const line = `${name}: give a whole number from 1 to ${most} (${what} at once; ${byDefault} by default)`;
  expect(reading).toThrow(`Set these environment variables:\n  ${line}`);
  expect(reading).toThrow(new RegExp(`^(?:(?!${name})[^])*${name}(?:(?!${name})[^])*$`));
});
