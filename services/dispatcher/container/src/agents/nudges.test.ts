import { expect, test } from "vitest";
import { createNudges, type Nudge } from "./nudges.ts";

const now: Nudge = { nudge: "n-1", message: "now", mode: "immediate" };
const later: Nudge = { nudge: "n-2", message: "later", mode: "wait-idle" };

test("what may be said now depends on the turn, in the order in which it came", () => {
  const nudges = createNudges();
  nudges.add(later);
  nudges.add(now);
  expect(nudges.due(false).map(({ nudge }) => nudge)).toEqual(["n-1"]);
  expect(nudges.due(true).map(({ nudge }) => nudge)).toEqual(["n-2", "n-1"]);
});

test("each is said once, however often it is asked", () => {
  const nudges = createNudges();
  nudges.add(now);
  nudges.given(nudges.due(false));
  nudges.add({ ...now, message: "again" });
  expect(nudges.due(true)).toEqual([]);
  expect(nudges.isGiven("n-1")).toBe(true);
  expect(nudges.isGiven("n-2")).toBe(false);
});

test("what was said is not said again, and is not answered for before it is given", async () => {
  const nudges = createNudges();
  nudges.add(now);
  nudges.said([now]);
  expect(nudges.due(true)).toEqual([]);
  expect(await nudges.untilGiven("n-1", 1)).toBe(false);
  nudges.given([now]);
  expect(nudges.isGiven("n-1")).toBe(true);
});

test("what an earlier start heard is given, whether it was asked for already or not", async () => {
  const nudges = createNudges();
  nudges.add(now);
  const waits = nudges.untilGiven("n-1", 60_000);
  nudges.heard(["n-1", "n-2"]);
  expect(await waits).toBe(true);
  nudges.add(later);
  expect(nudges.due(true)).toEqual([]);
  expect(nudges.isGiven("n-2")).toBe(true);
});

test("who waits for it is told when it was said, or that it was not", async () => {
  const nudges = createNudges();
  nudges.add(now);
  const waits = nudges.untilGiven("n-1", 60_000);
  nudges.given([now]);
  expect(await waits).toBe(true);
  expect(await nudges.untilGiven("n-1", 0)).toBe(true);
  nudges.add(later);
  expect(await nudges.untilGiven("n-2", 1)).toBe(false);
  expect(await nudges.untilGiven("n-9", 1)).toBe(false);
});

test("who listens hears of each new one until it stops listening", () => {
  const nudges = createNudges();
  let heard = 0;
  const stop = nudges.onAdded(() => (heard += 1));
  nudges.add(now);
  nudges.add(now);
  nudges.add(later);
  stop();
  nudges.add({ ...now, nudge: "n-3" });
  expect(heard).toBe(2);
});
