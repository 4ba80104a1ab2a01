import { expect, test } from "vitest";
import { createRestartPlan } from "./restart-plan.ts";

const second = 1_000;
const inMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * second);
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

// Seconds that each run was up (null: it did not come up), and the seconds that are waited after it (null: given up).
test.each([
  ["one that fails soon after it came up", [1], [1]],
  ["one that fails again and again", [1, 2, 3, 4, 5, 6, 7], [1, 2, 4, 8, 16, 30, 30]],
  ["one that was up for a while between", [5, 5, 10, 5], [1, 2, 1, 2]],
  ["one that was up for nearly as long between", [5, 9.9, 9.9], [1, 2, 4]],
  ["one that does not come up any more", times(10, null), [1, 2, 4, 8, 16, 30, 30, 30, 30, null]],
  ["one that came up once between", [...times(9, null), 1, null], [1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30]],
  ["one that is killed every ten seconds", times(30, 10), times(30, 1)],
])("%s", (_, up, waits) => {
  const plan = createRestartPlan();
  expect(up.map((seconds) => plan.afterRun(inMs(seconds)))).toEqual(waits.map(inMs));
});
