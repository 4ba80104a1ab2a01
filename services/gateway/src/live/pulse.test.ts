import { expect, onTestFinished, test, vi } from "vitest";
import { createPulse } from "./pulse.ts";

test("it beats from its start to its stop, as often as it was wanted, however often it is started; and again", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const beat = vi.fn<() => void>();
  const pulse = createPulse(beat, 100);
  expect(vi.getTimerCount()).toBe(0);
  pulse.start();
  pulse.start();
  vi.advanceTimersByTime(250);
  expect(beat).toHaveBeenCalledTimes(2);
  pulse.stop();
  expect(vi.getTimerCount()).toBe(0);
  pulse.stop();
  pulse.start();
  vi.advanceTimersByTime(100);
  expect(beat).toHaveBeenCalledTimes(3);
  pulse.stop();
});
