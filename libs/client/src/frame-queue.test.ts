import { expect, test } from "vitest";
import { FrameQueue } from "./frame-queue.ts";

test("items come in order, are waited for, and the end comes after the last", async () => {
  const queue = new FrameQueue<number>();
  const first = queue.take();
  queue.push(1);
  queue.push(2);
  queue.end();
  expect([await first, await queue.take(), await queue.take(), await queue.take()]).toEqual([
    1,
    2,
    undefined,
    undefined,
  ]);
});
