import { describe, expect, test } from "vitest";
import { defaultLimits } from "./limits.ts";
import type { AgentState } from "./state.ts";
import { stopStage } from "./stuck-stops.ts";
import {
  aContainer,
  anAgent,
  aStatus,
  aTown,
  aWish,
  limits,
  listed,
  now,
  seen,
  seenContainer,
} from "./test/builders.ts";
import { checkPlans as check } from "./test/check-plans.ts";

const { stopMs, forceMs, confirmMs, settleMs, watchMs } = limits;

/** A stop that was accepted `agoMs` ago and asked for last `askedMs` ago. */
const stopping = (agoMs: number, askedMs: number): AgentState =>
  anAgent("gt-1", {
    state: "stopping",
    since: now - agoMs,
    stop: { reason: "bead closed", askedAt: now - askedMs, asks: 3 },
  });

/** A town whose container runs it, and another one, which is wished. */
const town = (agent: AgentState) =>
  aTown({ container: aContainer(), agents: [agent, anAgent("gt-2")], wishes: [aWish("gt-2"), aWish("gt-3")] });

test.each([
  ["runs, and nobody stops it", anAgent(), null],
  ["was asked to stop, and that was not accepted", anAgent("gt-1", { stop: stopping(0, 0).stop }), null],
  ["has just begun to stop", stopping(0, 0), { stage: "under_way", forceAt: now + stopMs }],
  ["has 1 ms left", stopping(stopMs - 1, 1_000), { stage: "under_way", forceAt: now + 1 }],
  ["had its time", stopping(stopMs, 1_000), { stage: "to_be_forced" }],
  ["had its time while nobody looked", stopping(10 * stopMs, 10 * stopMs), { stage: "to_be_forced" }],
  ["was asked by force just now", stopping(stopMs, 0), { stage: "forced", stuckAt: now + forceMs }],
  ["has 1 ms left of that", stopping(stopMs + forceMs, forceMs - 1), { stage: "forced", stuckAt: now + 1 }],
  ["did not end by force", stopping(stopMs + forceMs, forceMs), { stage: "stuck" }],
])("an agent that %s", (_situation, agent, stage) => {
  expect(stopStage(agent, { now, limits })).toEqual(stage);
});

test("saving work, which may take git 5 min, is not cut short", () => {
  expect(defaultLimits.stopMs).toBeGreaterThan(300_000);
});

describe("the plan of a stop that goes on for long", () => {
  const seesIt = seen({ status: aStatus(listed("gt-1", { state: "stopping" }), listed("gt-2")) });
  const asked = { kind: "stop-agent", agent: "gt-1", generation: 1, reason: "bead closed" } as const;
  check([
    {
      name: "under way",
      why: "it is asked again, as before, and its place stays taken",
      state: town(stopping(2 * confirmMs, confirmMs)),
      seen: seesIt,
      actions: [{ ...asked, force: false }],
      next: settleMs,
    },
    {
      name: "its time is over",
      why: "it is asked for by force, once",
      state: town(stopping(stopMs, 1_000)),
      seen: seesIt,
      actions: [{ ...asked, force: true }],
      next: settleMs,
    },
    {
      name: "asked for by force",
      why: "that is given its time",
      state: town(stopping(stopMs + 2_000, 2_000)),
      seen: seesIt,
      actions: [],
      next: watchMs,
    },
    {
      name: "not ended by force",
      why: "its container is replaced, with what else it runs saved, and asked for nothing more",
      state: town(stopping(stopMs + forceMs, forceMs)),
      seen: seesIt,
      actions: [
        {
          kind: "kill-container",
          container: "river-1",
          reason: `it did not end gt-1 within ${(stopMs + forceMs) / 1_000} s, by force either`,
          drain: true,
        },
      ],
      next: null,
    },
    {
      name: "not ended by force, in a container that drains",
      why: "that ends by itself, or is ended by who drains it",
      state: aTown({ container: aContainer({ state: "stopping" }), agents: [stopping(stopMs + forceMs, forceMs)] }),
      seen: seen({ status: { ...aStatus(listed("gt-1", { state: "stopping" })), draining: true } }),
      actions: [],
      next: limits.silentMs,
    },
    {
      name: "a stop of a container before this one",
      why: "it has ended with that one",
      state: aTown({
        container: aContainer({ generation: 2 }),
        agents: [stopping(stopMs + forceMs, forceMs)],
      }),
      seen: seen({ containers: [seenContainer(2)] }),
      actions: [],
      next: limits.silentMs,
    },
  ]);
});
