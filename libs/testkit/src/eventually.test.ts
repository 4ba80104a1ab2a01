import { expect, test } from "vitest";
import { eventually } from "./eventually.ts";

test("tries again until it does not throw", async () => {
  let calls = 0;
  const value = await eventually(() => {
    if (++calls < 3) throw new Error("not yet");
    return calls;
  });
  expect(value).toBe(3);
});

test("false and null mean not yet, nothing means done", async () => {
  const answers = [false, null, undefined];
  expect(await eventually(() => answers.shift())).toBeUndefined();
  expect(answers).toEqual([]);
});

test("gives up with the last failure as cause", async () => {
  const failing = eventually(() => expect(1).toBe(2), { timeoutMs: 1, message: "numbers did not agree" });
  await expect(failing).rejects.toThrow("numbers did not agree within 1 ms");
});
