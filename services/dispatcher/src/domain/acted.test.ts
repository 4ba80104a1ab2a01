import { describe, expect, test } from "vitest";
import {
  containerBegun,
  containerEnded,
  startAnswered,
  startAsked,
  startFailed,
  stopAccepted,
  stopAsked,
} from "./acted.ts";
import { aContainer, anAgent, aStop, aTown, aWish, now } from "./test/builders.ts";

const running = aContainer();
const start = { agent: "gt-1", generation: 1 };

describe("a container that is begun", () => {
  test("takes the next generation", () => {
    const before = aTown({ container: aContainer({ state: "stopped", reason: "exit code 1", stoppedAt: 5 }) });
    expect(containerBegun(before, 2, now)?.container).toMatchObject({
      generation: 2,
      state: "starting",
      reason: "",
      startedAt: now,
      seenAt: null,
      stoppedAt: 5,
    });
  });
  test("twice is once", () => {
    const before = aTown({ container: aContainer({ state: "starting" }) });
    expect(containerBegun(before, 1, now)).toBe(before);
  });
  test.each([
    ["runs", aContainer()],
    ["has ended", aContainer({ state: "stopped" })],
    ["is older than the newest", aContainer({ generation: 2, state: "starting" })],
  ])("that %s is nobody's to start", (_, container) => {
    expect(containerBegun(aTown({ container }), 1, now)).toBeNull();
  });
});

test("a container ends once", () => {
  const ended = containerEnded(aTown({ container: running }), "exit code 1", now);
  expect(containerEnded(ended, "again", now + 1)).toBe(ended);
});

describe("a start that the container is asked for", () => {
  test("takes a place in it", () => {
    const after = startAsked(aTown({ container: running, wishes: [aWish()] }), start, now);
    expect(after?.agents.get("gt-1")).toMatchObject({ state: "starting", container: "river-1", since: now });
    expect(after?.wishes.get("gt-1")).toMatchObject({ askedAt: now, refusal: null });
  });
  test("again keeps since when", () => {
    const before = aTown({
      container: running,
      wishes: [aWish()],
      agents: [anAgent("gt-1", { state: "starting", since: 7 })],
    });
    expect(startAsked(before, start, now)?.agents.get("gt-1")?.since).toBe(7);
  });
  test.each([
    ["it is not wished any more", aTown({ container: running })],
    ["a newer one is wished", aTown({ container: running, wishes: [aWish("gt-1", { generation: 2 })] })],
    ["it runs already", aTown({ container: running, wishes: [aWish()], agents: [anAgent()] })],
    [
      "an older one lives",
      aTown({ container: running, wishes: [aWish()], agents: [anAgent("gt-1", { generation: 0, state: "starting" })] }),
    ],
  ])("is not asked for when %s", (_, before) => {
    expect(startAsked(before, start, now)).toBeNull();
  });

  const asked = aTown({
    container: running,
    wishes: [aWish("gt-1", { askedAt: now, refusal: "busy", refusals: 1 })],
    agents: [anAgent("gt-1", { state: "starting" })],
  });
  test("accepted: forgets earlier refusals", () => {
    const after = startAnswered(asked, start, { outcome: "accepted" });
    expect(after.wishes.get("gt-1")).toMatchObject({ refusal: null, refusals: 0 });
    expect(after.agents.get("gt-1")?.state).toBe("starting");
  });
  test("refused: gives its place back", () => {
    const after = startAnswered(asked, start, { outcome: "refused", reason: "draining" });
    expect(after.wishes.get("gt-1")).toMatchObject({ refusal: "draining", refusals: 2 });
    expect(after.agents.get("gt-1")).toMatchObject({ state: "waiting", container: null });
  });
  test("no answer: may have begun, so it keeps its place", () => {
    const after = startAnswered(asked, start, { outcome: "unknown", reason: "time-out" });
    expect(after.wishes.get("gt-1")).toMatchObject({ refusal: "time-out", refusals: 2 });
    expect(after.agents.get("gt-1")?.state).toBe("starting");
  });
  test("the report was faster than the answer: it stands", () => {
    const ran = aTown({ container: running, wishes: [aWish()], agents: [anAgent()] });
    const after = startAnswered(ran, start, { outcome: "refused", reason: "it runs already" });
    expect(after.agents.get("gt-1")?.state).toBe("running");
  });
  test("its wish is gone: the answer says nothing", () => {
    const gone = aTown({ container: running, agents: [anAgent()] });
    expect(startAnswered(gone, start, { outcome: "refused", reason: "no" })).toBe(gone);
  });
});

describe("a stop that the container is asked for", () => {
  const before = aTown({ container: running, agents: [anAgent()] });
  test("is counted, and its first reason kept", () => {
    const once = stopAsked(before, { ...start, reason: "bead closed", force: false }, now);
    const twice = stopAsked(once, { ...start, reason: "other", force: false }, now + 1);
    expect(twice.agents.get("gt-1")?.stop).toEqual(aStop({ wishedAt: now, askedAt: now + 1, asks: 2 }));
    expect(twice.agents.get("gt-1")?.state).toBe("running");
  });
  test("with force, stays one with force: since the first of those, and counted from it", () => {
    const asks = [false, false, true, true, false];
    const stops = asks.map((_, last) =>
      asks
        .slice(0, last + 1)
        .reduce((state, force, at) => stopAsked(state, { ...start, reason: "x", force }, now + at), before)
        .agents.get("gt-1"),
    );
    expect(stops.map((known) => [known?.stop?.asks, known?.stop?.forcedAt])).toEqual([
      [1, null],
      [2, null],
      [1, now + 2],
      [2, now + 2],
      [3, now + 2],
    ]);
  });
  test("accepted: the agent is stopping", () => {
    expect(stopAccepted(before, start, now).agents.get("gt-1")).toMatchObject({ state: "stopping", since: now });
  });
  test.each([
    ["has ended", aTown({ container: running, agents: [anAgent("gt-1", { state: "exited" })] })],
    ["is unknown", aTown({ container: running })],
    ["was replaced by a newer one", aTown({ container: running, agents: [anAgent("gt-1", { generation: 2 })] })],
  ])("changes nothing when the start %s", (_, state) => {
    expect(stopAsked(state, { ...start, reason: "x", force: true }, now)).toBe(state);
    expect(stopAccepted(state, start, now)).toBe(state);
  });
});

test("a start that failed before a container was asked is over with its reason, unless it is not wished any more", () => {
  const before = aTown({ container: running, wishes: [aWish()] });
  const after = startFailed(before, { ...start, reason: "no key" }, now);
  expect(after?.wishes.size).toBe(0);
  expect(after?.agents.get("gt-1")).toMatchObject({ generation: 1, state: "failed", reason: "no key", since: now });
  expect(startFailed(before, { agent: "gt-1", generation: 2, reason: "no key" }, now)).toBeNull();
});

test("nothing is begun while a deleted town is cleared away, although a new one of its id wishes for it", () => {
  const container = aContainer({ clearing: true });
  expect(startAsked(aTown({ container, wishes: [aWish()] }), start, now)).toBeNull();
  expect(containerBegun(aTown({ container, wishes: [aWish()] }), 2, now)).toBeNull();
});
