import { expect, test } from "vitest";
import { createMeter } from "./meter.ts";

test("says how much was done in this second or the last, and how much of it at once", async () => {
  let now = 5_000;
  const meter = createMeter(() => now);
  expect(meter.load()).toEqual({ perSecond: 0, atOnce: 0 });
  const ends = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const running = ends.map((end) => meter.during(() => end.promise));
  expect(meter.load()).toEqual({ perSecond: 3, atOnce: 3 });
  ends[0]?.resolve();
  ends[1]?.resolve();
  await Promise.all(running.slice(0, 2));
  now = 6_100;
  await meter.during(() => Promise.resolve());
  expect(meter.load()).toEqual({ perSecond: 3, atOnce: 3 });
  now = 7_999;
  expect(meter.load()).toEqual({ perSecond: 1, atOnce: 2 });
  ends[2]?.resolve();
  await Promise.all(running);
  now = 9_500;
  expect(meter.load()).toEqual({ perSecond: 0, atOnce: 0 });
});

test("what fails has ended too", async () => {
  const meter = createMeter(() => 5_000);
  await expect(meter.during(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await meter.during(() => Promise.resolve());
  expect(meter.load()).toEqual({ perSecond: 2, atOnce: 1 });
});
