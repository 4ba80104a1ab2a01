import { expect, test } from "vitest";
import { containerLabels } from "./container-labels.ts";
import { lookAtContainer } from "./look-at-container.ts";

const made = "2026-11-22T12:00:00.000Z";
const now = Date.parse(made) + 60_000;
const running = {
  Status: "running",
  Running: true,
  Paused: false,
  Restarting: false,
  OOMKilled: false,
  Dead: false,
  Pid: 7,
  ExitCode: 0,
  Error: "",
  StartedAt: made,
  FinishedAt: "",
};
const exited = { ...running, Status: "exited", Running: false };
const created = { ...running, Status: "created", Running: false };
const Labels = containerLabels("acme", { name: "river-1", town: "river", generation: 1 });

function look(state: Partial<typeof running> & { Health?: { Status: string } }, at = now) {
  const info = { Created: made, State: { ...running, ...state }, Config: { Labels } };
  return lookAtContainer(info as Parameters<typeof lookAtContainer>[0], { watched: true, now: at });
}

test.each([
  ["that runs", running, null, null],
  ["that was paused by somebody", { ...running, Status: "paused", Paused: true }, null, null],
  ["that ended by itself", exited, "exit code 0", { code: 0, outOfMemory: false }],
  ["that failed", { ...exited, ExitCode: 3 }, "exit code 3", { code: 3, outOfMemory: false }],
  ["that was killed", { ...exited, ExitCode: 137 }, "exit code 137 (SIGKILL)", { code: 137, outOfMemory: false }],
  [
    "that took too much memory",
    { ...exited, ExitCode: 137, OOMKilled: true },
    "out of memory, exit code 137 (SIGKILL)",
    { code: 137, outOfMemory: true },
  ],
  [
    "that the engine could not start",
    { ...exited, ExitCode: 127, Error: "no such file" },
    "exit code 127: no such file",
    { code: 127, outOfMemory: false },
  ],
  ["that nobody started", created, "it was made and never started", { code: null, outOfMemory: false }],
])("a container %s", (_, state, ended, exit) => {
  expect(look(state)).toEqual({
    name: "river-1",
    town: "river",
    generation: 1,
    alive: ended === null,
    watched: true,
    startedAt: new Date(made),
    ended,
    exit,
    healthy: null,
  });
});

test("one that was made a moment ago is being started", () => {
  expect(look(created, Date.parse(made) + 29_999)).toMatchObject({ alive: true, ended: null });
  expect(look(created, Date.parse(made) + 30_000)).toMatchObject({ alive: false });
});

test.each([
  ["starting", null],
  ["healthy", true],
  ["unhealthy", false],
])("what the engine calls %s", (Status, healthy) => {
  expect(look({ Health: { Status } })?.healthy).toBe(healthy);
});

test("a container without our labels is none of ours", () => {
  const info = { Created: made, State: running, Config: { Labels: {} } };
  expect(lookAtContainer(info as Parameters<typeof lookAtContainer>[0], { watched: true, now })).toBeNull();
});
