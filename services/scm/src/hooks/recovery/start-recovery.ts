import { setTimeout as delay } from "node:timers/promises";
import { startDueLoop, type Database, type DueLoop } from "@gastown/db";
import type { Logger } from "@gastown/telemetry";
import { startRecoveries } from "../../store/hook-recoveries.ts";
import type { HookEffects } from "../handle-hooks.ts";
import type { DeliveryLog } from "./delivery-log.ts";
import { recoverMissed, usualTimes, type RecoveryTimes } from "./recover-missed.ts";

export interface StartRecoveryOptions {
  readonly db: Database;
  /** Those of forges that can be asked; none without an App. */
  readonly logs: readonly DeliveryLog[];
  readonly effects: Pick<HookEffects, "applySignals">;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly times?: Partial<RecoveryTimes>;
  readonly now?: () => Date;
}

/**
 * From now on what the forges say they delivered is looked through, at once and every ten minutes, by one replica at a time. Null, and
 * nothing is done ever, without a log.
 */
export async function startRecovery({ times, now, ...options }: StartRecoveryOptions): Promise<DueLoop | null> {
  const { db, logs, logger, signal } = options;
  if (logs.length === 0) return null;
  await startRecoveries(
    db,
    logs.map(({ provider }) => provider),
  );
  const recovering = {
    ...options,
    times: { ...usualTimes, ...times },
    now: now ?? (() => new Date()),
    pause: (ms: number, stop: AbortSignal) => delay(ms, undefined, { signal: stop }).catch(ignoreAbort),
  };
  return startDueLoop({
    db,
    table: "hook_recoveries",
    key: "provider",
    look: (provider, stop) => recoverMissed(recovering, provider, stop),
    logger,
    signal,
  });
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}
