import { createLogger } from "@gastown/telemetry";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createKeyedQueue, type KeyedQueueOptions } from "./keyed-queue.ts";

const logger = createLogger("test", { level: "silent" });
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function createQueue(run: KeyedQueueOptions["run"], concurrency = 4) {
  return createKeyedQueue({ run, concurrency, logger });
}
/** A run that ends when told to. */
function createGate() {
  const log: string[] = [];
  const open: (() => void)[] = [];
  const run = async (key: string) => {
    log.push(key);
    await new Promise<void>((resolve) => open.push(resolve));
  };
  const letOne = async () => {
    open.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { log, run, letOne };
}
const later = (ms: number) => new Date(Date.now() + ms);

test("a waiting key is not doubled, a running one runs again", async () => {
  const { log, run, letOne } = createGate();
  const queue = createQueue(run);
  for (let i = 0; i < 5; i++) queue.add("a");
  expect(log).toEqual(["a"]);
  await letOne();
  expect(log).toEqual(["a", "a"]);
  await letOne();
  expect(log).toEqual(["a", "a"]);
});

test("different keys run at once, up to the limit", async () => {
  const { log, run, letOne } = createGate();
  const queue = createQueue(run, 2);
  for (const key of ["a", "b", "c"]) queue.add(key);
  expect(log).toEqual(["a", "b"]);
  await letOne();
  expect(log).toEqual(["a", "b", "c"]);
});

test("the earliest of several times wins", async () => {
  const { log, run } = createGate();
  const queue = createQueue(run);
  queue.add("a", later(5_000));
  queue.add("a", later(1_000));
  queue.add("a", later(9_000));
  await vi.advanceTimersByTimeAsync(999);
  expect(log).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(log).toEqual(["a"]);
});

test("a run says when it is to run again, for as far off as it likes", async () => {
  const times: number[] = [];
  const start = Date.now();
  const day = 86_400_000;
  const queue = createQueue(() => {
    times.push(Date.now() - start);
    return Promise.resolve(times.length < 3 ? { againAt: later(times.length === 1 ? 1_000 : 40 * day) } : {});
  });
  queue.add("a");
  await vi.advanceTimersByTimeAsync(41 * day);
  expect(times).toEqual([0, 1_000, 1_000 + 40 * day]);
});

test("a throw is tried again with growing pauses, until it goes well", async () => {
  const times: number[] = [];
  const start = Date.now();
  const queue = createQueue(() => {
    times.push(Date.now() - start);
    return times.length < 4 ? Promise.reject(new Error("not yet")) : Promise.resolve();
  });
  queue.add("a");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(times).toEqual([0, 200, 600, 1_400]);
});

test("drain waits for what is due now and not for what is due later", async () => {
  const { log, run, letOne } = createGate();
  const queue = createQueue(run, 1);
  queue.add("a");
  queue.add("b");
  queue.add("later", later(60_000));
  let drained = false;
  const draining = queue.drain().then(() => (drained = true));
  await letOne();
  expect(drained).toBe(false);
  await letOne();
  await draining;
  expect(log).toEqual(["a", "b"]);
});

test("close aborts what runs, waits for it, and takes nothing any more", async () => {
  const log: string[] = [];
  const queue = createQueue(async (key, signal) => {
    log.push(key);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    log.push(`${key} ended`);
  }, 1);
  queue.add("a");
  queue.add("b");
  await queue.close();
  queue.add("c");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(log).toEqual(["a", "a ended"]);
});
