import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createHydrationGate } from "./hydration-gate.ts";
import { silentLogger as logger } from "./test/silent-logger.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const forEver = new AbortController().signal;

/** What has become of a promise by now. */
async function stateOf(promise: Promise<void>): Promise<string> {
  const open = Symbol("open");
  try {
    return (await Promise.race([promise, Promise.resolve().then(() => open)])) === open ? "waits" : "passed";
  } catch (error) {
    return String(error);
  }
}

test("nobody passes before it is opened, and everybody afterwards", async () => {
  const gate = createHydrationGate({ boundMs: 1_000, logger });
  const waiting = gate.passed(forEver);
  expect(await stateOf(waiting)).toBe("waits");
  gate.open();
  await waiting;
  await gate.passed(forEver);
});

test("it opens by itself when hydration hangs", async () => {
  const gate = createHydrationGate({ boundMs: 1_000, logger });
  const waiting = gate.passed(forEver);
  vi.advanceTimersByTime(999);
  expect(await stateOf(waiting)).toBe("waits");
  vi.advanceTimersByTime(1);
  await waiting;
});

test("who is told to end does not wait any more", async () => {
  const gate = createHydrationGate({ boundMs: 1_000, logger });
  const stopping = new AbortController();
  const waiting = gate.passed(stopping.signal);
  stopping.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  await expect(gate.passed(stopping.signal)).rejects.toThrow("stopped");
});
