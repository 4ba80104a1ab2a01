import { describe } from "vitest";
import type { Places, Seen } from "./seen.ts";
import {
  aContainer,
  anAgent,
  aStatus,
  aTown,
  aWish,
  deadContainer,
  limits,
  listed,
  now,
  seen,
} from "./test/builders.ts";
import { checkPlans } from "./test/check-plans.ts";

const max = 3;
const few = { maxContainers: max };
const places = (over: Partial<Places>): Places => ({ taken: max, stopping: 0, waiting: 0, ahead: 0, ...over });
const nothing = (over: Partial<Places>): Seen => seen({ containers: [], status: null, places: places(over) });
const running = aContainer({ startedAt: now - 3_600_000 });
const wishing = aTown({ wishes: [aWish()] });
const awaited = aTown({
  container: aContainer({ generation: 0, state: "stopped", startedAt: null, waitsSince: now - 5 }),
  wishes: [aWish()],
});
const startFirst = { kind: "start-container", container: "river-1", generation: 1 } as const;

describe("a town that needs a container", () => {
  checkPlans([
    {
      name: "a place is free",
      why: "nobody waits for it",
      state: wishing,
      seen: nothing({ taken: max - 1 }),
      limits: few,
      actions: [startFirst],
      next: 150,
    },
    {
      name: "all places are taken",
      why: "it stands in the queue; only a place that gets free, or the next vouching, makes it look again",
      state: wishing,
      seen: nothing({}),
      limits: few,
      actions: [{ kind: "await-place" }],
      next: limits.vouchMs,
    },
    {
      name: "all places are taken, and it stands in the queue",
      why: "once is enough",
      state: awaited,
      seen: nothing({}),
      limits: few,
      actions: [],
      next: limits.vouchMs,
    },
    {
      name: "a place is free, and another town waited longer",
      why: "it is that one's",
      state: wishing,
      seen: nothing({ taken: max - 1, waiting: 1, ahead: 1 }),
      limits: few,
      actions: [{ kind: "await-place" }],
      next: limits.vouchMs,
    },
    {
      name: "two places are free, and one other town waited longer",
      why: "there is one for each",
      state: awaited,
      seen: nothing({ taken: max - 2, waiting: 2, ahead: 1 }),
      limits: few,
      actions: [startFirst],
      next: 150,
    },
    {
      name: "more places are taken than there are, since the cap was lowered",
      why: "what runs goes on, what is new waits",
      state: wishing,
      seen: nothing({ taken: max + 2 }),
      limits: few,
      actions: [{ kind: "await-place" }],
      next: limits.vouchMs,
    },
    {
      name: "its container died while others wait",
      why: "its place is not its own any more",
      state: aTown({ container: aContainer({ state: "stopped", stoppedAt: now - 2_000 }), wishes: [aWish("gt-2")] }),
      seen: seen({
        containers: [deadContainer()],
        status: null,
        places: places({ taken: max - 1, waiting: 1, ahead: 1 }),
      }),
      limits: few,
      actions: [{ kind: "kill-leftovers", container: "river-1" }, { kind: "await-place" }],
      next: limits.vouchMs,
    },
    {
      name: "it has its place, but the container was never started",
      why: "a place is taken before the start, and kept",
      state: aTown({ container: aContainer({ state: "starting", seenAt: null }), wishes: [aWish()] }),
      seen: nothing({ waiting: 4, ahead: 4 }),
      limits: few,
      actions: [startFirst],
      next: 150,
    },
    {
      name: "a start waits for long",
      why: "the town hears that it is not lost",
      state: { ...awaited, wishes: new Map([["gt-1", aWish("gt-1", { wishedAt: now - limits.vouchMs })]]) },
      seen: nothing({}),
      limits: few,
      actions: [{ kind: "vouch", agents: ["gt-1"] }],
      next: limits.vouchMs,
    },
  ]);
});

describe("a town whose container has nothing to do", () => {
  const ended = anAgent("gt-1", { state: "exited", since: now - limits.idleMs });
  const idle = aTown({ container: running, agents: [ended] });
  const untilIdleStop = limits.idleStopMs - limits.idleMs;
  const yields = { kind: "yield-container", container: "river-1" } as const;
  checkPlans([
    {
      name: "nobody waits",
      why: "it stays for a while: the next start is quick",
      state: idle,
      seen: seen({ places: places({}) }),
      limits: few,
      actions: [],
      next: untilIdleStop,
    },
    {
      name: "a town waits",
      why: "its place is needed",
      state: idle,
      seen: seen({ places: places({ waiting: 1, ahead: 1 }) }),
      limits: few,
      actions: [yields],
      next: null,
    },
    {
      name: "a town waits, and its last agent ended a moment ago",
      why: "it may get work again: it keeps the place for a while",
      state: aTown({ container: running, agents: [{ ...ended, since: now - 1_000 }] }),
      seen: seen({ places: places({ waiting: 1 }) }),
      limits: few,
      actions: [],
      next: limits.idleMs - 1_000,
    },
    {
      name: "a town waits, and it never had an agent",
      why: "then it counts from its start",
      state: aTown({ container: aContainer({ startedAt: now - 4_000 }) }),
      seen: seen({ places: places({ waiting: 1 }) }),
      limits: few,
      actions: [],
      next: limits.idleMs - 4_000,
    },
    {
      name: "a town waits, and a place is free",
      why: "it will take that one",
      state: idle,
      seen: seen({ places: places({ taken: max - 1, waiting: 1 }) }),
      limits: few,
      actions: [],
      next: untilIdleStop,
    },
    {
      name: "a town waits, and another container gives its place up already",
      why: "one for one",
      state: idle,
      seen: seen({ places: places({ stopping: 1, waiting: 1 }) }),
      limits: few,
      actions: [],
      next: untilIdleStop,
    },
    {
      name: "two towns wait, and one container gives its place up already",
      why: "the other one needs this one",
      state: idle,
      seen: seen({ places: places({ stopping: 1, waiting: 2 }) }),
      limits: few,
      actions: [yields],
      next: null,
    },
    {
      name: "a town waits, and the container says that it runs something",
      why: "what is not known is ended first",
      state: idle,
      seen: seen({ status: aStatus(listed("gt-7")), places: places({ waiting: 1 }) }),
      limits: few,
      actions: [{ kind: "stop-agent", agent: "gt-7", generation: 1, reason: "not wished", force: false }],
      next: limits.settleMs,
    },
    {
      name: "a town waits, and an agent is at work",
      why: "work is never ended for another town",
      state: aTown({ container: running, wishes: [aWish()], agents: [anAgent()] }),
      seen: seen({ status: aStatus(listed()), places: places({ waiting: 5 }) }),
      limits: few,
      actions: [],
      next: limits.silentMs,
    },
  ]);
});
