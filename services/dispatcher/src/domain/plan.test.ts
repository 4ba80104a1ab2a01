import { describe, expect, test } from "vitest";
import { plan } from "./plan.ts";
import type { Action } from "./planning.ts";
import type { Seen } from "./seen.ts";
import {
  aContainer,
  anAgent,
  aStatus,
  aStop,
  at,
  aTown,
  aWish,
  deadContainer,
  limits,
  listed,
  now,
  seen,
  seenContainer,
} from "./test/builders.ts";
import { checkPlans as check } from "./test/check-plans.ts";

const nothing: Seen = seen({ containers: [], status: null });
const silent: Seen = seen({ status: null });
const startAgent = (agent: string, generation = 1): Action => ({ kind: "start-agent", agent, generation });
const stopAgent = (agent: string, reason: string, generation = 1): Action => ({
  kind: "stop-agent",
  agent,
  generation,
  reason,
  force: false,
});
const startContainer = (generation: number): Action => ({
  kind: "start-container",
  container: `river-${generation}`,
  generation,
});
const running = aContainer();
const stopped = aContainer({ state: "stopped", stoppedAt: now });

describe("a town at rest", () => {
  check([
    {
      name: "nothing wished, nothing there",
      why: "a town with nothing due costs nothing",
      state: aTown(),
      seen: nothing,
      actions: [],
      next: null,
    },
    {
      name: "an idle container that is watched",
      why: "its end wakes us, and it is stopped once it was idle for long",
      state: aTown({ container: running }),
      seen: seen(),
      actions: [],
      next: limits.idleStopMs - 10_000,
    },
    {
      name: "an idle container that nobody watches",
      why: "its end harms nobody; the next wish finds out",
      state: aTown({ container: running }),
      seen: seen({ containers: [seenContainer(1, { watched: false })] }),
      actions: [],
      next: limits.idleStopMs - 10_000,
    },
    {
      name: "an agent at work in a watched container",
      why: "only silence has to be noticed by looking",
      state: aTown({ container: running, wishes: [aWish()], agents: [anAgent()] }),
      seen: seen({ status: aStatus(listed()) }),
      actions: [],
      next: limits.silentMs,
    },
    {
      name: "an agent at work in an adopted container",
      why: "no exit event comes from another's child, so its pid is checked every few seconds",
      state: aTown({ container: running, wishes: [aWish()], agents: [anAgent()] }),
      seen: seen({ containers: [seenContainer(1, { watched: false })], status: aStatus(listed()) }),
      actions: [],
      next: limits.watchMs,
    },
  ]);
});

describe("the container", () => {
  check([
    {
      name: "the first wish of a town",
      why: "a wish needs a container; the agent is asked for when that answers",
      state: aTown({ wishes: [aWish()] }),
      seen: nothing,
      actions: [startContainer(1)],
      next: 150,
    },
    {
      name: "the first container is still coming up",
      why: "not a second one; asked often while it is young",
      state: aTown({
        container: aContainer({ state: "starting", startedAt: now - 1_000, seenAt: null }),
        wishes: [aWish()],
      }),
      seen: silent,
      actions: [],
      next: 250,
    },
    {
      name: "begun in the table, never started",
      why: "the dispatcher ended between the two: the same name is started, not another",
      state: aTown({ container: aContainer({ state: "starting", seenAt: null }), wishes: [aWish()] }),
      seen: nothing,
      actions: [startContainer(1)],
      next: 150,
    },
    {
      name: "it died, and nothing is wished",
      why: "what it left is killed; a container is started only when a wish needs it",
      state: aTown({ container: stopped }),
      seen: seen({ containers: [deadContainer()], status: null }),
      actions: [{ kind: "kill-leftovers", container: "river-1" }],
      next: null,
    },
    {
      name: "it died, and something is wished",
      why: "the next one gets a new name, after the old one's leftovers are gone",
      state: aTown({ container: stopped, wishes: [aWish()] }),
      seen: seen({ containers: [deadContainer()], status: null }),
      actions: [{ kind: "kill-leftovers", container: "river-1" }, startContainer(2)],
      next: 150,
    },
    {
      name: "it died with all that was wished in it",
      why: "those starts are about to be lost and never begin again: nobody needs the next one yet",
      state: aTown({ container: stopped, wishes: [aWish()], agents: [anAgent()] }),
      seen: seen({ containers: [deadContainer()], status: null }),
      actions: [{ kind: "kill-leftovers", container: "river-1" }],
      next: limits.settleMs,
    },
    {
      name: "it died without ever answering",
      why: "a container that cannot start is not started in a tight loop",
      state: aTown({ container: { ...stopped, failures: 3 }, wishes: [aWish()] }),
      seen: seen({ containers: [], status: null }),
      actions: [],
      next: limits.settleMs,
    },
    {
      name: "it died without ever answering, and the wait is over",
      why: "then the next one is tried",
      state: aTown({ container: { ...stopped, failures: 3, stoppedAt: now - 2_000 }, wishes: [aWish()] }),
      seen: nothing,
      actions: [startContainer(2)],
      next: 150,
    },
    {
      name: "an older container still lives",
      why: "there is never a second one: two would answer to the same subject",
      state: aTown({ container: aContainer({ generation: 2 }) }),
      seen: seen({ containers: [seenContainer(1), seenContainer(2)] }),
      actions: [{ kind: "kill-leftovers", container: "river-1" }],
      next: null,
    },
    {
      name: "it never answered in the time a start may take",
      why: "it hangs: end it, so that the next one can be tried",
      state: aTown({
        container: aContainer({ state: "starting", startedAt: now - 60_000, seenAt: null }),
        wishes: [aWish()],
      }),
      seen: silent,
      actions: [{ kind: "kill-container", container: "river-1", reason: "it did not answer for 60 s", drain: false }],
      next: null,
    },
    {
      name: "it never answered in the time a start may take, and says all the while that it lives",
      why: "a heartbeat starts nothing: what waits for it would wait for ever",
      state: aTown({
        container: aContainer({ state: "starting", startedAt: now - 60_000, seenAt: now - 1_000 }),
        wishes: [aWish()],
      }),
      seen: silent,
      actions: [{ kind: "kill-container", container: "river-1", reason: "it did not answer for 60 s", drain: false }],
      next: null,
    },
    {
      name: "it has stopped answering a while ago",
      why: "a pause is not an end",
      state: aTown({
        container: aContainer({ startedAt: 0, seenAt: now - 89_000 }),
        wishes: [aWish()],
        agents: [anAgent()],
      }),
      seen: silent,
      actions: [],
      next: 1_000,
    },
    {
      name: "it has stopped answering for too long",
      why: "alive and deaf is lost (kilo-town §3.1: three heartbeats)",
      state: aTown({
        container: aContainer({ startedAt: 0, seenAt: now - 90_000 }),
        wishes: [aWish()],
        agents: [anAgent()],
      }),
      seen: silent,
      actions: [{ kind: "kill-container", container: "river-1", reason: "it did not answer for 90 s", drain: false }],
      next: null,
    },
    {
      name: "it could not be heard because the bus was away",
      why: "while we cannot reach anybody, silence proves nothing; it has its time again from the reconnect on",
      state: aTown({ container: aContainer({ startedAt: 0, seenAt: 0 }), wishes: [aWish()], agents: [anAgent()] }),
      seen: { ...silent, reachableSince: now - 5_000 },
      actions: [],
      next: 2_000,
    },
    {
      name: "the bus is away now",
      why: "the same",
      state: aTown({ container: aContainer({ startedAt: 0, seenAt: 0 }), wishes: [aWish()], agents: [anAgent()] }),
      seen: { ...silent, reachableSince: null },
      actions: [],
      next: 2_000,
    },
    {
      name: "a wish while the dispatcher closes",
      why: "what is closed starts nothing; the wish stays for the next dispatcher",
      state: aTown({ wishes: [aWish()] }),
      seen: nothing,
      actions: [],
      next: limits.vouchMs,
      limits: { starts: false },
    },
  ]);
});

describe("starts of agents", () => {
  check([
    {
      name: "a wish, and a container that answers",
      why: "the container is asked; its report confirms",
      state: aTown({ container: running, wishes: [aWish()] }),
      seen: seen(),
      actions: [startAgent("gt-1")],
      next: limits.vouchMs,
    },
    {
      name: "more wishes than places",
      why: "the oldest go first, the others wait visibly",
      state: aTown({
        container: running,
        wishes: [aWish("gt-3", { wishedAt: now - 1 }), aWish("gt-2", { wishedAt: now - 2 }), aWish("gt-1")],
      }),
      seen: seen(),
      actions: [startAgent("gt-2"), startAgent("gt-3")],
      next: limits.vouchMs - 2,
    },
    {
      name: "no place is free",
      why: "stopping agents take their place until they are gone",
      state: aTown({
        container: running,
        wishes: [aWish("gt-3"), aWish("gt-2")],
        agents: [anAgent("gt-1", { state: "stopping", stop: aStop({ askedAt: now, asks: 1 }) }), anAgent("gt-2")],
      }),
      seen: seen({ status: aStatus(listed("gt-1", { state: "stopping" }), listed("gt-2")) }),
      actions: [],
      next: limits.watchMs,
    },
    {
      name: "asked, and not confirmed yet",
      why: "it is given the time",
      state: aTown({
        container: running,
        wishes: [aWish("gt-1", { askedAt: now - 10_000 })],
        agents: [anAgent("gt-1", { state: "starting", since: now - 10_000 })],
      }),
      seen: seen(),
      actions: [],
      next: limits.vouchMs,
    },
    {
      name: "asked, and not confirmed for too long",
      why: "the same generation is asked for again: idempotent in the host",
      state: aTown({
        container: running,
        wishes: [aWish("gt-1", { askedAt: now - limits.confirmMs })],
        agents: [anAgent("gt-1", { state: "starting", since: now - limits.confirmMs })],
      }),
      seen: seen(),
      actions: [startAgent("gt-1")],
      next: limits.vouchMs,
    },
    {
      name: "slow, but the container has it in hand",
      why: "a long clone is no reason to ask again",
      state: aTown({
        container: running,
        wishes: [aWish("gt-1", { askedAt: now - limits.confirmMs })],
        agents: [anAgent("gt-1", { state: "starting", since: now - limits.confirmMs })],
      }),
      seen: seen({ status: aStatus(listed("gt-1", { state: "starting" })) }),
      actions: [],
      next: limits.vouchMs,
    },
    {
      name: "refused a moment ago",
      why: "asked again with back-off",
      state: aTown({
        container: running,
        wishes: [aWish("gt-1", { askedAt: now, refusal: "busy", refusals: 2 })],
        agents: [anAgent("gt-1", { state: "waiting", container: null })],
      }),
      seen: seen(),
      actions: [],
      next: 1_000,
    },
    {
      name: "no answer came a while ago",
      why: "it may have begun: asked again, and it keeps its place meanwhile",
      state: aTown({
        container: running,
        wishes: [aWish("gt-1", { askedAt: now - 1_000, refusal: "time-out", refusals: 1 }), aWish("gt-2")],
        agents: [anAgent("gt-1", { state: "starting" })],
      }),
      seen: seen(),
      actions: [startAgent("gt-1"), startAgent("gt-2")],
      next: limits.vouchMs,
    },
    {
      name: "a newer start while the older one runs",
      why: "one start of an agent at a time: first the older one ends",
      state: aTown({ container: running, wishes: [aWish("gt-1", { generation: 2 })], agents: [anAgent()] }),
      seen: seen({ status: aStatus(listed()) }),
      actions: [stopAgent("gt-1", "not wished any more")],
      next: limits.settleMs,
    },
    {
      name: "a newer start after the older one ended",
      why: "its end makes room",
      state: aTown({
        container: running,
        wishes: [aWish("gt-1", { generation: 2 })],
        agents: [anAgent("gt-1", { state: "exited", reason: "crashed" })],
      }),
      seen: seen(),
      actions: [startAgent("gt-1", 2)],
      next: limits.vouchMs,
    },
    {
      name: "the container drains",
      why: "it would refuse; the next container is asked",
      state: aTown({ container: aContainer({ state: "stopping" }), wishes: [aWish()] }),
      seen: seen({ status: { ...aStatus(), draining: true } }),
      actions: [],
      next: limits.vouchMs,
    },
    {
      name: "the container does not answer",
      why: "asking for a start would only time out",
      state: aTown({ container: running, wishes: [aWish()] }),
      seen: silent,
      actions: [],
      next: 2_000,
    },
    {
      name: "an agent's container died while the bus is away",
      why: "whether it is lost is known some time after the bus is back: it is looked at again and again until then",
      state: aTown({ container: aContainer({ state: "stopped", stoppedAt: 0 }), agents: [anAgent()] }),
      seen: { ...nothing, reachableSince: null },
      actions: [],
      next: limits.settleMs,
    },
    {
      name: "an agent of a container that died is not asked for in the next",
      why: "a generation that may have run is never started twice: it is lost in a moment",
      state: aTown({
        container: aContainer({ generation: 2, stoppedAt: now - 100 }),
        wishes: [aWish("gt-1", { askedAt: now - limits.confirmMs })],
        agents: [anAgent("gt-1", { state: "starting" })],
      }),
      seen: seen({ containers: [seenContainer(2)] }),
      actions: [],
      next: limits.settleMs - 100,
    },
  ]);
});

describe("stops of agents", () => {
  const stopping = aStop({ wishedAt: now - 2_000, askedAt: now - 1_000, asks: 2 });
  check([
    {
      name: "a running agent that is not wished",
      why: "observed and not wished is stopped",
      state: aTown({
        container: running,
        agents: [anAgent("gt-1", { stop: aStop() })],
      }),
      seen: seen({ status: aStatus(listed()) }),
      actions: [stopAgent("gt-1", "bead closed")],
      next: limits.settleMs,
    },
    {
      name: "asked, not accepted, the wait is over",
      why: "asked again with back-off",
      state: aTown({ container: running, agents: [anAgent("gt-1", { stop: stopping })] }),
      seen: seen({ status: aStatus(listed()) }),
      actions: [stopAgent("gt-1", "bead closed")],
      next: limits.settleMs,
    },
    {
      name: "asked and accepted a moment ago",
      why: "saving and pushing work takes its time",
      state: aTown({ container: running, agents: [anAgent("gt-1", { state: "stopping", stop: stopping })] }),
      seen: seen({ status: aStatus(listed("gt-1", { state: "stopping" })) }),
      actions: [],
      next: limits.watchMs,
    },
    {
      name: "the container runs an agent that nobody knows",
      why: "what is not wished does not run",
      state: aTown({ container: running }),
      seen: seen({ status: aStatus(listed("gt-7", { generation: 3 })) }),
      actions: [stopAgent("gt-7", "not wished", 3)],
      next: limits.settleMs,
    },
    {
      name: "the container runs an agent that has ended for everybody else",
      why: "its end was told, it must not go on working",
      state: aTown({ container: running, agents: [anAgent("gt-1", { state: "exited", reason: "stopped" })] }),
      seen: seen({ status: aStatus(listed()) }),
      actions: [stopAgent("gt-1", "not wished")],
      next: limits.settleMs,
    },
    {
      name: "a stray that is on its way out",
      why: "once is enough",
      state: aTown({ container: running }),
      seen: seen({ status: aStatus(listed("gt-7", { state: "stopping" })) }),
      actions: [],
      next: limits.idleStopMs - 10_000,
    },
    {
      name: "stops go on while the dispatcher closes",
      why: "only starts are held back",
      state: aTown({ container: running, agents: [anAgent()] }),
      seen: seen({ status: aStatus(listed()) }),
      actions: [stopAgent("gt-1", "not wished any more")],
      next: limits.settleMs,
      limits: { starts: false },
    },
  ]);
});

describe("vouching", () => {
  const old = now - limits.vouchMs;
  check([
    {
      name: "a wish that waits for a place for long",
      why: "it is not lost: without a word the town would count it as that and use up the bead's attempts",
      state: aTown({
        container: running,
        wishes: [aWish("gt-1"), aWish("gt-2"), aWish("gt-3", { wishedAt: old })],
        agents: [anAgent("gt-1"), anAgent("gt-2")],
      }),
      seen: seen({ status: aStatus(listed("gt-1"), listed("gt-2")) }),
      actions: [{ kind: "vouch", agents: ["gt-3"] }],
      next: limits.vouchMs,
    },
    {
      name: "vouched for a moment ago",
      why: "one word every half minute is enough",
      state: aTown({
        container: { ...running, vouchedAt: now - 1_000 },
        wishes: [aWish("gt-1"), aWish("gt-2"), aWish("gt-3", { wishedAt: old })],
        agents: [anAgent("gt-1"), anAgent("gt-2")],
      }),
      seen: seen({ status: aStatus(listed("gt-1"), listed("gt-2")) }),
      actions: [],
      next: limits.vouchMs - 1_000,
    },
    {
      name: "a start that its container has in hand for far too long",
      why: "nobody vouches for what hangs: the town gives it up by its own rule",
      state: aTown({
        container: running,
        wishes: [aWish("gt-1", { wishedAt: 0, askedAt: now })],
        agents: [anAgent("gt-1", { state: "starting", since: now - limits.startMs })],
      }),
      seen: seen({ status: aStatus(listed("gt-1", { state: "starting" })) }),
      actions: [],
      next: limits.silentMs,
    },
  ]);
});

test("planning looks at nothing but its arguments: twice is the same", () => {
  const state = aTown({ wishes: [aWish()] });
  expect(plan(state, nothing, at)).toEqual(plan(state, nothing, at));
});
