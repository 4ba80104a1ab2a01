import type { Schema } from "@gastown/client";
import { expect, test } from "vitest";
import { agentChecks, queueCheck } from "./doctor-checks.ts";

type Runtime = Schema<"Runtime">;

const opencode = {
  program: "opencode",
  chosen: true,
  file: "/opt/opencode",
  found: "installed",
  version: "1.18.33",
  usable: true,
  detail: null,
} as const;
const healthy: Runtime = {
  dependencies: { nats: { connected: true, reason: null } },
  runtimes: [
    { runtime: "process", chosen: true, usable: true, detail: "here" },
    { runtime: "docker", chosen: false, usable: false, detail: "no engine" },
  ],
  programs: [
    opencode,
    { ...opencode, program: "kilo", chosen: false, file: null, found: null, version: null, usable: false },
  ],
  programsProblem: null,
  model: true,
  containers: 1,
  orphans: [],
};
const onDocker = [{ runtime: "docker", chosen: true, usable: true, detail: "there" } as const];
const notAsked = { programs: null, programsProblem: "no container runs" };

test.each<[string, Partial<Runtime>, string[]]>([
  ["what is not in use may be missing", {}, []],
  ["a dependency", { dependencies: { postgres: { connected: false, reason: "refused" } } }, ["dispatcher's postgres"]],
  [
    "the runtime in use",
    { runtimes: [{ runtime: "docker", chosen: true, usable: false, detail: "no engine" }] },
    ["runtime docker"],
  ],
  ["the program in use", { programs: [{ ...opencode, usable: false, detail: "gone" }] }, ["agent program opencode"]],
  ["programs that could not be looked at", notAsked, ["agent programs"]],
  ["programs in an image that nothing runs of", { ...notAsked, runtimes: onDocker, containers: 0 }, []],
  ["programs in an image that runs", { ...notAsked, runtimes: onDocker, containers: 1 }, ["agent programs"]],
  ["no model", { model: false }, ["model"]],
  [
    "what nobody wants",
    {
      orphans: [
        { kind: "container", town: "alpha", name: "alpha-1", detail: "the town's container is number 2" },
        { kind: "process", town: "alpha", name: "gt-1, process 7", detail: "its town has no container: sleep" },
      ],
    },
    ["orphan container", "orphan process"],
  ],
])("%s", (_, changed, failing) => {
  const checks = agentChecks({ ...healthy, ...changed });
  const failed = checks.filter(({ ok }) => !ok);
  expect(failed.map(({ name }) => name)).toEqual(failing);
  expect(failed.filter(({ advice }) => advice === undefined)).toEqual([]);
});

test("a program is told with its version and where it is", () => {
  const found = agentChecks(healthy).find(({ name }) => name === "agent program opencode");
  expect(found?.detail).toBe("in use, usable, 1.18.33, /opt/opencode (installed)");
});

test("a queue is told, and is no fault", () => {
  const none = { maxContainers: 20, maxAgents: 6, taken: 3, waiting: 0, containers: [], towns: [] };
  expect(queueCheck(none)).toMatchObject({ ok: true, detail: expect.stringContaining("no town waits") });
  const towns = [{ town: "beta", since: "2026-11-23T03:00:00.000Z", starts: ["gt-1", "gt-2"] }];
  expect(queueCheck({ ...none, waiting: 1, towns })).toMatchObject({
    ok: true,
    detail: expect.stringContaining("beta since 2026-11-23T03:00:00.000Z with 2 starts"),
  });
});
