import { expect, test } from "vitest";
import { capsIn } from "./caps.ts";
import { checkEnvironment } from "./check-environment.ts";

test.each([
  ["GASTOWN_AGENT", "codex", "give opencode, kilo or acp"],
  ["GASTOWN_AGENT", "acp", "set GASTOWN_AGENT_COMMAND"],
  ["GASTOWN_RUNTIME", "podman", "give process or docker"],
  ["GASTOWN_MAX_CONTAINERS", "many", "give a number from 1 to 10000"],
  ["DISPATCHER_MAX_AGENTS", "0", "give a number from 1 to 100"],
  ["DISPATCHER_MAX_AGENTS", "101", "give a number from 1 to 100"],
])("%s=%s is told", (name, value, reason) => {
  expect(() => checkEnvironment({ [name]: value })).toThrow(`${name} is ${value}: ${reason}`);
});

test("caps are read, and what is not given, or empty, is left to the dispatcher", () => {
  expect(() => checkEnvironment({})).not.toThrow();
  expect(capsIn({ GASTOWN_MAX_CONTAINERS: "3", DISPATCHER_MAX_AGENTS: "4" })).toEqual({
    maxContainers: 3,
    maxAgents: 4,
  });
  expect(capsIn({ DISPATCHER_MAX_AGENTS: "" })).toEqual({ maxContainers: undefined, maxAgents: undefined });
});
