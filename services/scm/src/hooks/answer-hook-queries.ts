import { answer, type Bus } from "@gastown/bus";
import { readHookStates } from "@gastown/contracts";
import type { Database } from "@gastown/db";
import type { Logger } from "@gastown/telemetry";
import { readStates } from "../store/deliveries.ts";

/** Answers what became of deliveries, until the signal aborts. */
export function answerHookQueries(
  bus: Bus,
  { db, logger }: { db: Database; logger: Logger },
  signal: AbortSignal,
): void {
  const read = async (_town: string, { deliveries }: { deliveries: Parameters<typeof readStates>[1] }) => ({
    seq: null,
    data: { items: await readStates(db, deliveries) },
  });
  answer(bus, readHookStates, read, { logger, signal });
}
