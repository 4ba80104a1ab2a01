import { expect, test } from "vitest";
import type { AttemptResult } from "./merge-gate.ts";
import { baseMovedHoldMs, refusalIn, type PastAttempt } from "./past-attempts.ts";

const now = 1_000_000;
const past = (result: AttemptResult, endedAgo: number | null = 0): PastAttempt => ({
  result,
  message: result === "refused" ? "a review is missing" : null,
  startedAt: now - 100_000,
  endedAt: endedAgo === null ? null : now - endedAgo,
});

test.each<[PastAttempt | null, string | null]>([
  [null, null],
  [past("refused"), "a review is missing"],
  [{ ...past("refused"), message: null }, "no reason told"],
  [past("contained"), "it never said whether it did, and the base has all of it; look at it there"],
  [past("enqueued", 59_000), null],
  [past("enqueued", 61_000), "its merge queue let it go; see there why, and push what helps or queue it there"],
  [past("ejected"), "its merge queue let it go; see there why, and push what helps or queue it there"],
  [past("not_done"), null],
  [past("base_moved"), null],
  [past("merged"), null],
  [past("started", null), null],
])("of %o what stands in the way is %s", (attempt, refusal) => {
  expect(refusalIn(attempt, now)).toBe(refusal);
});

test.each<[number[], number]>([
  [[], 0],
  [[1_000], 3_000],
  [[4_000], 0],
  [[2_000, 7_000], 6_000],
  [[1_000, 10_000, 20_000], 15_000],
  [[61_000], 0],
])("a base that moved %j ms ago rests for %i ms more", (agos, holdMs) => {
  expect(
    baseMovedHoldMs(
      agos.map((ago) => past("base_moved", ago)),
      now,
    ),
  ).toBe(holdMs);
});
