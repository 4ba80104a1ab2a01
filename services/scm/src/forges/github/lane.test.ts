import { expect, test } from "vitest";
import { createLane, type Lane } from "./lane.ts";

const signal = new AbortController().signal;

/** Calls that end when they are told to; `running` is how many have begun. */
function calls(lane: Lane) {
  const ends: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const call = (mutates: boolean, given = signal) =>
    lane.run({ kind: "rest", mutates, signal: given }, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => ends.push(resolve));
      running -= 1;
    });
  /** Ends all that runs, and what comes after it. */
  const drain = async (all: Promise<unknown>[]) => {
    const state = { done: false };
    const end = Promise.all(all).finally(() => (state.done = true));
    while (!state.done) {
      for (const resolve of ends.splice(0)) resolve();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await end;
  };
  return { call, drain, most: () => most };
}

test("four calls at once", async () => {
  const { call, drain, most } = calls(createLane(() => 0));
  await drain(Array.from({ length: 10 }, () => call(false)));
  expect(most()).toBe(4);
});

test("one change at once, and reads beside it", async () => {
  const lane = createLane(() => 0);
  const writes = calls(lane);
  const reads = calls(lane);
  const all = [
    ...Array.from({ length: 5 }, () => writes.call(true)),
    ...Array.from({ length: 5 }, () => reads.call(false)),
  ];
  await Promise.all([writes.drain(all.slice(0, 5)), reads.drain(all.slice(5))]);
  expect(writes.most()).toBe(1);
  expect(reads.most()).toBeGreaterThanOrEqual(3);
});

test("who gives up waiting leaves its place to the others", async () => {
  const { call, drain } = calls(createLane(() => 0));
  const stop = new AbortController();
  const running = Array.from({ length: 4 }, () => call(false));
  const leaving = call(false, stop.signal);
  const after = call(false);
  stop.abort(new Error("stopped"));
  await expect(leaving).rejects.toThrow("stopped");
  await drain([...running, after]);
});

test("a call that fails gives its place back", async () => {
  const lane = createLane(() => 0);
  const fail = () => lane.run({ kind: "rest", mutates: true, signal }, () => Promise.reject(new Error("no")));
  for (let n = 0; n < 6; n += 1) await expect(fail()).rejects.toThrow("no");
});

test("while GitHub wants to be left alone nothing is sent", async () => {
  let now = 0;
  const lane = createLane(() => now);
  const ask = (kind: "rest" | "graphql") => lane.run({ kind, mutates: false, signal }, () => Promise.resolve("sent"));
  lane.limited("rest", { scope: "kind", retryAfterMs: 5_000 });
  await expect(ask("rest")).rejects.toMatchObject({ kind: "rate", retryAfterMs: 5_000 });
  expect(await ask("graphql")).toBe("sent");
  now = 2_000;
  lane.limited("rest", { scope: "all", retryAfterMs: 4_000 });
  await expect(ask("graphql")).rejects.toMatchObject({ kind: "rate", retryAfterMs: 4_000 });
  now = 6_000;
  expect(await ask("rest")).toBe("sent");
});

test("a limit without a time is a minute, doubling until GitHub answers again", () => {
  const lane = createLane(() => 0);
  const hit = { scope: "all", retryAfterMs: null } as const;
  expect([1, 2, 3].map(() => lane.limited("rest", hit))).toEqual([60_000, 120_000, 240_000]);
  lane.answered("rest", {});
  expect(lane.limited("rest", hit)).toBe(60_000);
});

test("an empty budget is not asked of", async () => {
  const lane = createLane(() => 1_000);
  lane.answered("graphql", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "31" });
  const asked = lane.run({ kind: "graphql", mutates: false, signal }, () => Promise.resolve("sent"));
  await expect(asked).rejects.toMatchObject({ kind: "rate", retryAfterMs: 30_000 });
});
