import { setTimeout as wait } from "node:timers/promises";
import { forgetRun, isRunAlive, listRuns, type Bus } from "@gastown/bus";
import type { ServiceRun } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import { tellCrashed } from "./tell-life.ts";

/** A run that answers at none of these moments (ms, one after the other) is gone: who has only lost its connection is back by then. */
const askAfterMs = [0, 2_000, 3_000];

/**
 * Tells of each earlier run of the service that left its mark and does not answer that it crashed, and takes the mark away. Replicas
 * answer, so that they are not taken for dead; several who find the same run tell it once, because the event has its id.
 */
export async function tellLeftRuns(
  bus: Bus,
  own: ServiceRun,
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): Promise<void> {
  let silent = await markedBesides(bus, own);
  for (const afterMs of askAfterMs) {
    if (silent.length === 0) return;
    if (afterMs > 0) await wait(afterMs, undefined, { signal });
    const answers = await Promise.all(silent.map((run) => isRunAlive(bus, run)));
    silent = silent.filter((_, at) => answers[at] !== true);
  }
  // Who ended well meanwhile has taken its mark away.
  const left = new Set((await markedBesides(bus, own)).map(({ run }) => run));
  for (const run of silent.filter((one) => left.has(one.run))) {
    await tellCrashed(bus, run, null);
    await forgetRun(bus, run);
    logger.warn({ ...run }, "an earlier run of this service ended without a word");
  }
}

async function markedBesides(bus: Bus, { service, run: own }: ServiceRun): Promise<ServiceRun[]> {
  return (await listRuns(bus, service)).filter(({ run }) => run !== own);
}
