import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "@gastown/db";
import type { PullRef } from "../forges/forge.ts";
import { isUnsettled } from "../store/pulls.ts";

const longestWaitMs = 1_500;
const askEveryMs = 30;

/**
 * Waits until everything that came for the pull request is dealt with, so that who has just reviewed or closed it reads what came
 * of that. It takes milliseconds; where a forge is slow, the answer is what is known after 1.5 s.
 */
export async function settledPull(db: Database, ref: PullRef, signal: AbortSignal): Promise<void> {
  const end = Date.now() + longestWaitMs;
  while ((await isUnsettled(db, ref)) && Date.now() < end) await delay(askEveryMs, undefined, { signal });
}
