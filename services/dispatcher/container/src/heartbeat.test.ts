import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Agents } from "./agents/agents.ts";
import { beatOf } from "./agents/beat-of.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { testRun } from "./test/agent-run.ts";
import { polecatJob } from "./test/polecat-job.ts";
import { silentLogger as logger } from "./test/silent-logger.ts";
import type { TownLink } from "./town-link.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A heartbeat of these agents; each telling ends as it is told to. */
function setUp(agents: readonly string[]) {
  const runs = agents.map((agent) => testRun(polecatJob(agent, "")));
  const tellings: { agents: string[]; end: PromiseWithResolvers<void> }[] = [];
  const town = {
    heartbeat(beats: readonly { agent: string }[]) {
      const end = Promise.withResolvers<void>();
      tellings.push({ agents: beats.map(({ agent }) => agent), end });
      return end.promise;
    },
  } as unknown as TownLink;
  const all = { beats: () => runs.map(beatOf) } as unknown as Agents;
  return { tellings, heartbeat: startHeartbeat({ everyMs: 30_000, agents: all, town, logger }) };
}

test("every 30 s all agents are told of in one message, also after one that was not taken", async () => {
  const { tellings, heartbeat } = setUp(["gt-1", "gt-2"]);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(tellings).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(tellings.map(({ agents }) => agents)).toEqual([["gt-1", "gt-2"]]);
  tellings[0]?.end.reject(new Error("the bus is away"));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(tellings).toHaveLength(2);
  heartbeat.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tellings).toHaveLength(2);
});

test("while there is nobody nothing is told", async () => {
  const { tellings, heartbeat } = setUp([]);
  await vi.advanceTimersByTimeAsync(60_000);
  await heartbeat.beat();
  expect(tellings).toEqual([]);
  heartbeat.stop();
});

test("what became true while one is under way is told by one more, whoever asked how often", async () => {
  const { tellings, heartbeat } = setUp(["gt-1"]);
  const asked = [heartbeat.beat(), heartbeat.beat(), heartbeat.beat()];
  expect(tellings).toHaveLength(1);
  tellings[0]?.end.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(tellings).toHaveLength(2);
  tellings[1]?.end.resolve();
  await Promise.all(asked);
  expect(tellings).toHaveLength(2);
  heartbeat.stop();
});
