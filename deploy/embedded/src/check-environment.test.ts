import { expect, test } from "vitest";
import { checkEnvironment } from "./check-environment.ts";

test.each([
  ["GASTOWN_AGENT", "codex", "GASTOWN_AGENT is codex: give opencode, kilo or acp"],
  ["GASTOWN_AGENT", "acp", "GASTOWN_AGENT is acp: set GASTOWN_AGENT_COMMAND"],
  ["GASTOWN_RUNTIME", "podman", "GASTOWN_RUNTIME is podman: give process or docker"],
  ["GASTOWN_MAX_CONTAINERS", "many", "GASTOWN_MAX_CONTAINERS: give a whole number from 1 to 10000"],
  ["DISPATCHER_MAX_AGENTS", "0", "DISPATCHER_MAX_AGENTS: give a whole number from 1 to 100"],
])("%s=%s is told", (name, value, reason) => {
  expect(() => checkEnvironment({ [name]: value })).toThrow(reason);
});

test("what is not given, or empty, is left to the services", () => {
  expect(() => checkEnvironment({})).not.toThrow();
  expect(() => checkEnvironment({ GASTOWN_AGENT: "", GASTOWN_RUNTIME: "", DISPATCHER_MAX_AGENTS: "" })).not.toThrow();
});
