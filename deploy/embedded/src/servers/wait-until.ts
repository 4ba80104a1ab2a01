import { setTimeout as wait } from "node:timers/promises";
import { isAlive, type ProcessRecord } from "@gastown/service";

const lookMs = 50;

/** Resolves when the probe succeeds; throws when the process has ended before, or after `timeoutMs`. */
export async function waitUntilReady(
  server: { name: string; record: ProcessRecord; log: string },
  probe: () => Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await probe()) return;
    if (!(await isAlive(server.record)))
      throw new Error(`${server.name} ended right after its start: see ${server.log}`);
    if (Date.now() > end)
      throw new Error(`${server.name} was not ready within ${timeoutMs / 1_000} s: see ${server.log}`);
    await wait(lookMs);
  }
}

/** Resolves when the process has ended; false when it still runs after `timeoutMs`. */
export async function waitUntilEnded(record: ProcessRecord, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (await isAlive(record)) {
    if (Date.now() > end) return false;
    await wait(lookMs);
  }
  return true;
}
