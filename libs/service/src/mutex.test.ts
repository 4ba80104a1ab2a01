import { expect, test } from "vitest";
import { createMutex } from "./mutex.ts";

test("one at a time per key, in the order of asking", async () => {
  const mutex = createMutex();
  const log: string[] = [];
  const work = (key: string, name: string) =>
    mutex.withKey(key, async () => {
      log.push(`${name} begins`);
      await new Promise(setImmediate);
      log.push(`${name} ends`);
    });
  await Promise.all([work("a", "a1"), work("b", "b1"), work("a", "a2"), work("a", "a3")]);
  expect(log.filter((line) => line.startsWith("a"))).toEqual([
    "a1 begins",
    "a1 ends",
    "a2 begins",
    "a2 ends",
    "a3 begins",
    "a3 ends",
  ]);
  expect(log.indexOf("b1 begins")).toBeLessThan(log.indexOf("a1 ends"));
});

test("a failure is the failing one's alone", async () => {
  const mutex = createMutex();
  const failing = mutex.withKey("a", () => Promise.reject(new Error("no")));
  const next = mutex.withKey("a", () => 7);
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe(7);
});
