import { expect, test } from "vitest";
import { createSlots } from "./slots.ts";

test("so many run at once, the others in the order they came; one that gives up is passed over", async () => {
  const slots = createSlots(1);
  const never = new AbortController().signal;
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = slots.run(never, () => gate.promise);
  const gone = new AbortController();
  const second = slots.run(gone.signal, () => Promise.resolve(order.push("second")));
  const third = slots.run(never, () => Promise.resolve(order.push("third")));
  gone.abort(new Error("gone"));
  await expect(second).rejects.toThrow("gone");
  expect(order).toEqual([]);
  gate.resolve();
  await Promise.all([first, third]);
  expect(order).toEqual(["third"]);
  await expect(slots.run(never, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await slots.run(never, () => Promise.resolve("free again"))).toBe("free again");
});
