import { expect, test } from "vitest";
import { unlessForced } from "./unless-forced.ts";

const never = new Promise<void>(() => undefined);

test("what goes well, and what fails, is as without force", async () => {
  const run = { force: new AbortController() };
  await unlessForced(run, Promise.resolve());
  await expect(unlessForced(run, Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("what never ends is not waited for, neither when force comes nor when it came before", async () => {
  const run = { force: new AbortController() };
  const waiting = unlessForced(run, never);
  run.force.abort();
  await expect(waiting).resolves.toBeUndefined();
  await expect(unlessForced(run, never)).resolves.toBeUndefined();
});
