import { setTimeout as wait } from "node:timers/promises";
import { ApiError, UnreachableError } from "@gastown/client";

const retryMs = 500;
/** The servers of a town are started again within seconds when they die. */
const patienceMs = 120_000;

/** Reads, and reads again while the town's servers are being started again. Throws what is not of that kind, or lasts. */
export async function patiently<T>(read: () => Promise<T>): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const passing = error instanceof UnreachableError || (error instanceof ApiError && error.status >= 500);
      if (!passing || Date.now() > end) throw error;
      await wait(retryMs);
    }
  }
}
