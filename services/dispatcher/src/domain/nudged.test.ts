import { describe, expect, test } from "vitest";
import { giveUpNudges, isGiven, nudgeAsked, nudgeGiven, nudgesAskable, nudgeWished } from "./nudged.ts";
import type { TownState } from "./state.ts";
import { aContainer, anAgent, aNudge, aTown, aWish, now } from "./test/builders.ts";

const container = aContainer();
const atWork = { container, wishes: [aWish()], agents: [anAgent()] };
const { askedAt: _askedAt, asks: _asks, givenAt: _givenAt, ...asked } = aNudge();

describe("a nudge that is wished", () => {
  test.each<[string, TownState]>([
    ["a start that runs", aTown(atWork)],
    ["a start that waits", aTown({ container, wishes: [aWish()] })],
    ["a start that is being stopped", aTown({ container, agents: [anAgent("gt-1", { state: "stopping" })] })],
  ])("of %s is kept, to be said", (_, state) => {
    expect(nudgeWished(state, asked)).toEqual({ state: { ...state, nudges: new Map([["n-1", aNudge()]]) } });
  });

  test.each([
    ["being asked for", aNudge("n-1", { askedAt: now, asks: 4 })],
    ["said", aNudge("n-1", { givenAt: now })],
  ])("again while it is %s changes nothing", (_, nudge) => {
    const state = aTown({ ...atWork, nudges: [nudge] });
    expect(nudgeWished(state, asked)).toEqual({ state });
  });

  test("again, when it was said and the start has ended, was said", () => {
    const state = aTown({ agents: [anAgent("gt-1", { state: "exited" })], nudges: [aNudge("n-1", { givenAt: now })] });
    expect(nudgeWished(state, asked)).toEqual({ state });
    expect(isGiven(state, "n-1")).toBe(true);
  });

  test.each<[string, TownState, object]>([
    ["an agent nobody knows", aTown({ container }), { terminal: "agent_not_found" }],
    [
      "a start to come",
      aTown({ container, agents: [anAgent("gt-1", { generation: 0 })] }),
      { terminal: "agent_not_found" },
    ],
    [
      "a start that has ended",
      aTown({ agents: [anAgent("gt-1", { state: "exited", reason: "done" })] }),
      { refused: "stale", message: "it does not run any more (done)" },
    ],
    [
      "an older start",
      aTown({ ...atWork, wishes: [aWish("gt-1", { generation: 2 })] }),
      { refused: "stale", message: "a newer start took its place" },
    ],
  ])("of %s cannot be said", (_, state, decided) => {
    expect(nudgeWished(state, asked)).toMatchObject(decided);
  });
});

test("each ask of the host is counted, and what it has said is said once", () => {
  const state = aTown({ ...atWork, nudges: [aNudge()] });
  const after = nudgeAsked(nudgeAsked(state, "n-1", now) ?? state, "n-1", now + 9);
  expect(after?.nudges.get("n-1")).toEqual(aNudge("n-1", { askedAt: now + 9, asks: 2 }));
  const given = nudgeGiven(state, "n-1", now + 9);
  expect(given?.nudges.get("n-1")).toMatchObject({ givenAt: now + 9 });
  expect(nudgeGiven(given ?? state, "n-1", now + 10)).toBeNull();
  expect(nudgeAsked(state, "n-9", now)).toBeNull();
});

test("a word of the host makes it askable at once, for its agents and what it has not said", () => {
  const waits = { askedAt: now, asks: 3 };
  const nudges = [
    aNudge("n-1", waits),
    aNudge("n-2", { ...waits, agent: "gt-2" }),
    aNudge("n-3", { ...waits, givenAt: now }),
  ];
  const after = nudgesAskable(aTown({ ...atWork, nudges }), ["gt-1"]);
  expect([...after.nudges.values()].map(({ nudge, askedAt }) => [nudge, askedAt])).toEqual([
    ["n-1", null],
    ["n-2", now],
    ["n-3", now],
  ]);
});

describe("nudges that can reach nobody any more", () => {
  test("have failed, with the reason of the end", () => {
    const state = aTown({
      agents: [anAgent("gt-1", { state: "exited", reason: "container_lost" })],
      nudges: [aNudge()],
    });
    expect(giveUpNudges(state)).toEqual({
      state: { ...state, nudges: new Map() },
      failed: [{ nudge: aNudge(), reason: "it does not run any more (container_lost)" }],
    });
  });

  test("that were said stay known until the next start", () => {
    const said = aNudge("n-1", { givenAt: now });
    const over = aTown({ agents: [anAgent("gt-1", { state: "exited" })], nudges: [said] });
    expect(giveUpNudges(over)).toEqual({ state: over, failed: [] });
    const next = aTown({ agents: [anAgent("gt-1", { generation: 2 })], nudges: [said] });
    expect(giveUpNudges(next)).toEqual({ state: { ...next, nudges: new Map() }, failed: [] });
  });

  test("are none while the start runs, or waits", () => {
    for (const parts of [atWork, { container, wishes: [aWish()] }]) {
      const state = aTown({ ...parts, nudges: [aNudge()] });
      expect(giveUpNudges(state).state).toBe(state);
    }
  });
});
