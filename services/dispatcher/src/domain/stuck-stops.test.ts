import { describe, expect, test } from "vitest";
import { stopAsked } from "./acted.ts";
import { defaultLimits } from "./limits.ts";
import { plan } from "./plan.ts";
import type { AgentState, WishedStop } from "./state.ts";
import { stopStage } from "./stuck-stops.ts";
import {
  aContainer,
  anAgent,
  aStatus,
  aStop,
  aTown,
  aWish,
  limits,
  listed,
  now,
  seen,
  seenContainer,
} from "./test/builders.ts";
import { checkPlans as check } from "./test/check-plans.ts";

const { stopMs, forceMs, confirmMs, settleMs, watchMs, backoffMs } = limits;
const lastBackoffMs = backoffMs.at(-1) ?? 0;

/** A stop that was accepted `agoMs` ago and asked for last a second ago. */
const accepted = (agoMs: number, stop: Partial<WishedStop> = {}): AgentState =>
  anAgent("gt-1", {
    state: "stopping",
    since: now - agoMs,
    stop: aStop({ wishedAt: now - agoMs - 1, askedAt: now - 1_000, asks: 3, ...stop }),
  });

/** A stop of an agent that ran for an hour, wished `agoMs` ago and asked for last a second ago, which is accepted by nobody. */
const unaccepted = (agoMs: number, stop: Partial<WishedStop> = {}): AgentState =>
  anAgent("gt-1", {
    since: now - 3_600_000,
    stop: aStop({ wishedAt: now - agoMs, askedAt: now - 1_000, asks: 9, ...stop }),
  });

const forced = (agoMs: number): Partial<WishedStop> => ({
  forcedAt: now - agoMs,
  askedAt: now - Math.min(agoMs, 1_000),
  asks: 1,
});

describe("the stage of a stop", () => {
  test.each<[string, AgentState, ReturnType<typeof stopStage>]>([
    ["of nobody", anAgent(), null],
    ["just wished", anAgent("gt-1", { stop: aStop() }), { stage: "under_way", forceAt: now + stopMs }],
    ["just accepted", accepted(0), { stage: "under_way", forceAt: now + stopMs }],
    ["accepted, with 1 ms left", accepted(stopMs - 1), { stage: "under_way", forceAt: now + 1 }],
    ["accepted, its time over", accepted(stopMs), { stage: "to_be_forced" }],
    ["accepted, its time over while nobody looked", accepted(10 * stopMs), { stage: "to_be_forced" }],
    ["accepted late", accepted(1, { wishedAt: now - stopMs }), { stage: "under_way", forceAt: now + stopMs - 1 }],
    ["accepted and asked again after its time", accepted(stopMs + 9, { askedAt: now }), { stage: "to_be_forced" }],
    ["accepted, just forced", accepted(stopMs, forced(0)), { stage: "forced", stuckAt: now + forceMs }],
    ["accepted, forced with 1 ms left", accepted(stopMs, forced(forceMs - 1)), { stage: "forced", stuckAt: now + 1 }],
    ["accepted, not ended by force", accepted(stopMs, forced(forceMs)), { stage: "stuck" }],
    ["not accepted, with 1 ms left", unaccepted(stopMs - 1), { stage: "under_way", forceAt: now + 1 }],
    ["not accepted, its time over", unaccepted(stopMs), { stage: "to_be_forced" }],
    ["not accepted, just forced", unaccepted(stopMs, forced(0)), { stage: "forced", stuckAt: now + forceMs }],
    ["not accepted, by force either", unaccepted(stopMs, forced(forceMs)), { stage: "stuck" }],
    ["accepted only with force", accepted(1, forced(forceMs)), { stage: "forced", stuckAt: now + forceMs - 1 }],
    [
      "of one that began to run since",
      { ...unaccepted(stopMs), since: now - 5 },
      { stage: "under_way", forceAt: now + stopMs - 5 },
    ],
  ])("%s", (_situation, agent, stage) => {
    expect(stopStage(agent, { now, limits, reachableSince: 0 })).toEqual(stage);
  });

  test.each<[string, AgentState, number | null, ReturnType<typeof stopStage>]>([
    ["not accepted, back a moment ago", unaccepted(stopMs), 5, { stage: "under_way", forceAt: now + stopMs - 5 }],
    ["not accepted, away now", unaccepted(stopMs), null, { stage: "under_way", forceAt: now + stopMs }],
    ["accepted: its host was at it", accepted(stopMs), 5, { stage: "to_be_forced" }],
    ["forced, back a moment ago", unaccepted(0, forced(forceMs)), 5, { stage: "forced", stuckAt: now + forceMs - 5 }],
    ["forced, away now", accepted(0, forced(forceMs)), null, { stage: "forced", stuckAt: now + forceMs }],
  ])("while the bus is away nobody can be asked, or heard: %s", (_situation, agent, backForMs, stage) => {
    const reachableSince = backForMs === null ? null : now - backForMs;
    expect(stopStage(agent, { now, limits, reachableSince })).toEqual(stage);
  });

  test("saving work, which may take git 5 min, is not cut short", () => {
    expect(defaultLimits.stopMs).toBeGreaterThan(300_000);
  });
});

/** A town whose container runs it, and another one, which is wished. */
const town = (agent: AgentState) =>
  aTown({ container: aContainer(), agents: [agent, anAgent("gt-2")], wishes: [aWish("gt-2"), aWish("gt-3")] });
const ask = { kind: "stop-agent", agent: "gt-1", generation: 1, reason: "bead closed" } as const;
const replaced = (reason: string) => ({ kind: "kill-container", container: "river-1", reason, drain: true }) as const;

describe("the plan of a stop that was accepted and goes on for long", () => {
  const seesIt = seen({ status: aStatus(listed("gt-1", { state: "stopping" }), listed("gt-2")) });
  check([
    {
      name: "under way",
      why: "it is asked again, as before, and its place stays taken",
      state: town(accepted(2 * confirmMs, { askedAt: now - confirmMs })),
      seen: seesIt,
      actions: [{ ...ask, force: false }],
      next: settleMs,
    },
    {
      name: "its time is over",
      why: "it is asked for by force, once",
      state: town(accepted(stopMs)),
      seen: seesIt,
      actions: [{ ...ask, force: true }],
      next: settleMs,
    },
    {
      name: "asked for by force",
      why: "that is given its time",
      state: town(accepted(stopMs + 2_000, forced(2_000))),
      seen: seesIt,
      actions: [],
      next: watchMs,
    },
    {
      name: "not ended by force",
      why: "its container is replaced, with what else it runs saved, and asked for nothing more",
      state: town(accepted(stopMs + forceMs, forced(forceMs))),
      seen: seesIt,
      actions: [replaced(`it did not end gt-1 within ${(stopMs + forceMs) / 1_000} s, by force either`)],
      next: null,
    },
    {
      name: "its time is over, and its host does not answer any more",
      why: "it is asked by force although that may be in vain",
      state: town(accepted(stopMs)),
      seen: seen({ status: null }),
      actions: [{ ...ask, force: true }],
      next: settleMs,
    },
    {
      name: "not ended by force, in a container that drains",
      why: "that ends by itself, or is ended by who drains it",
      state: aTown({
        container: aContainer({ state: "stopping" }),
        agents: [accepted(stopMs + forceMs, forced(forceMs))],
      }),
      seen: seen({ status: { ...aStatus(listed("gt-1", { state: "stopping" })), draining: true } }),
      actions: [],
      next: limits.silentMs,
    },
    {
      name: "a stop of a container before this one",
      why: "it has ended with that one",
      state: aTown({
        container: aContainer({ generation: 2 }),
        agents: [accepted(stopMs + forceMs, forced(forceMs))],
      }),
      seen: seen({ containers: [seenContainer(2)] }),
      actions: [],
      next: limits.silentMs,
    },
  ]);
});

describe("the plan of a stop that the host does not accept", () => {
  const seesIt = seen({ status: aStatus(listed("gt-1"), listed("gt-2")) });
  const late = unaccepted(stopMs + forceMs, forced(forceMs));
  const why = `it did not accept the stop of gt-1 within ${(stopMs + forceMs) / 1_000} s, by force either`;
  check([
    {
      name: "for a while",
      why: "it is asked again with back-off",
      state: town(unaccepted(stopMs - 1_000, { askedAt: now - lastBackoffMs })),
      seen: seesIt,
      actions: [{ ...ask, force: false }],
      next: settleMs,
    },
    {
      name: "for long",
      why: "it is asked for by force, whatever the back-off says",
      state: town(unaccepted(stopMs)),
      seen: seesIt,
      actions: [{ ...ask, force: true }],
      next: settleMs,
    },
    {
      name: "asked for the first time when its time is over",
      why: "nobody could ask before: what answers has not been asked in vain",
      state: town(unaccepted(stopMs, { askedAt: null, asks: 0 })),
      seen: seesIt,
      actions: [{ ...ask, force: false }],
      next: settleMs,
    },
    {
      name: "asked for by force a moment ago",
      why: "it is asked again with back-off: one lost request costs no container",
      state: town(unaccepted(stopMs + 100, { ...forced(100), asks: 1 })),
      seen: seesIt,
      actions: [],
      next: (backoffMs[0] ?? 0) - 100,
    },
    {
      name: "asked for by force a while ago",
      why: "with force each time",
      state: town(unaccepted(stopMs + 1_000, forced(1_000))),
      seen: seesIt,
      actions: [{ ...ask, force: true }],
      next: settleMs,
    },
    {
      name: "by force either",
      why: "its container is replaced",
      state: town(late),
      seen: seesIt,
      actions: [replaced(why)],
      next: null,
    },
    {
      name: "as it answers nothing, for a while",
      why: "asking would only time out; it is looked at again",
      state: town(unaccepted(stopMs - 10_000, { askedAt: null, asks: 0 })),
      seen: seen({ status: null }),
      actions: [],
      next: 2_000,
    },
    {
      name: "as it answers nothing, for long",
      why: "it is asked by force although that may be in vain",
      state: town(unaccepted(stopMs, { askedAt: null, asks: 0 })),
      seen: seen({ status: null }),
      actions: [{ ...ask, force: true }],
      next: settleMs,
    },
    {
      name: "as it answers nothing, although it tells that it is alive, by force either",
      why: "its container is replaced",
      state: town(late),
      seen: seen({ status: null }),
      actions: [replaced(why)],
      next: 2_000,
    },
    {
      name: "as the bus is away",
      why: "nobody is asked, and nothing is concluded",
      state: town(late),
      seen: seen({ status: null, reachableSince: null }),
      actions: [],
      next: 2_000,
    },
    {
      name: "for long, as its host says nothing at all any more",
      why: "that is ended at once and asked for nothing: it would not save anything",
      state: aTown({
        container: aContainer({ startedAt: 0, seenAt: now - limits.silentMs }),
        agents: [unaccepted(stopMs)],
      }),
      seen: seen({ status: null }),
      actions: [{ kind: "kill-container", container: "river-1", reason: "it did not answer for 90 s", drain: false }],
      next: null,
    },
  ]);
});

test.each([
  ["answers and accepts no stop", aStatus(listed("gt-1"), listed("gt-2"))],
  ["answers nothing and says that it is alive", null],
])("a host that %s is asked, asked by force, and replaced, all in bounded time", (_how, status) => {
  let state = town(anAgent("gt-1", { stop: aStop() }));
  const end = now + stopMs + forceMs;
  const forcedAt: number[] = [];
  let killedAt: number | null = null;
  for (let at: number | null = now; at !== null && at <= end + watchMs && killedAt === null;) {
    const alive = { ...state, container: aContainer({ seenAt: at }) };
    const made = plan(alive, seen({ status }), { now: at, limits });
    for (const action of made.actions) {
      if (action.kind === "kill-container") killedAt = at;
      if (action.kind !== "stop-agent") continue;
      if (action.force) forcedAt.push(at);
      state = stopAsked(state, action, at);
    }
    at = made.nextLookAt;
  }
  expect(forcedAt[0]).toBeGreaterThanOrEqual(now + stopMs);
  expect(forcedAt.length).toBeGreaterThan(1); // one lost request costs no container
  expect(killedAt).toBeGreaterThanOrEqual(end);
});
