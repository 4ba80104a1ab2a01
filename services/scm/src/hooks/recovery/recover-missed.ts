import type { HookProvider } from "@gastown/contracts";
import { transaction, type Database } from "@gastown/db";
import type { Logger } from "@gastown/telemetry";
import { ScmError } from "../../forges/forge.ts";
import { noteRedelivery, readMissed } from "../../store/deliveries.ts";
import { readGoodUntil, saveRecovery } from "../../store/hook-recoveries.ts";
import type { HookEffects } from "../handle-hooks.ts";
import { signalOf } from "../hook-reading.ts";
import type { DeliveryAttempt, DeliveryLog } from "./delivery-log.ts";
import { findMissed } from "./find-missed.ts";

/** How often a log is looked through, and how: all of scm §3.4. */
export interface RecoveryTimes {
  readonly everyMs: number;
  /** How far before the last good time a look begins. */
  readonly overlapMs: number;
  /** With more than so many, all open pull requests are read instead, once. */
  readonly many: number;
}

export const usualTimes: RecoveryTimes = { everyMs: 10 * 60_000, overlapMs: 15 * 60_000, many: 100 };

export interface RecoverOptions {
  readonly db: Database;
  readonly logs: readonly DeliveryLog[];
  readonly effects: Pick<HookEffects, "applySignals">;
  readonly logger: Logger;
  readonly times: RecoveryTimes;
  readonly now: () => Date;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How often a delivery is asked for again (scm §3.4). */
const mostRedeliveries = 3;
/** What no reading of pull requests brings back. */
const accessEvents: ReadonlySet<string> = new Set(["installation", "installation_repositories", "installation_target"]);

/**
 * One look at what a forge says it delivered since the last good time: what never arrived, and is not done, is asked for again. Those
 * that still do not arrive are found by the next look. Throws ScmError when the forge cannot be asked; then the good time stays.
 */
export async function recoverMissed(options: RecoverOptions, provider: string, signal: AbortSignal): Promise<void> {
  const log = options.logs.find((known) => known.provider === provider);
  if (log === undefined) return;
  const { db, times } = options;
  const began = options.now();
  // Before the slow work: a look that dies is begun anew.
  await saveRecovery(db, log.provider, { nextInMs: times.everyMs });
  try {
    const missed = await missedSince(options, log, { since: await beginning(options, log, began), signal });
    const left = missed.length > times.many ? await lookAtAll(options, log, missed) : missed;
    await redeliverAll(options, log, { missed: left, signal });
  } catch (error) {
    if (!(error instanceof ScmError) || error.retryAfterMs === null) throw error;
    options.logger.warn(
      { provider, reason: error.message, retryAfterMs: error.retryAfterMs },
      "missed webhooks are looked for later",
    );
    return saveRecovery(db, log.provider, { nextInMs: Math.max(times.everyMs, error.retryAfterMs) });
  }
  if (!signal.aborted) await saveRecovery(db, log.provider, { goodUntil: began, nextInMs: times.everyMs });
}

async function beginning({ db, times }: RecoverOptions, log: DeliveryLog, now: Date): Promise<number> {
  const good = await readGoodUntil(db, log.provider);
  const oldest = now.getTime() - log.keptMs;
  return good === null ? oldest : Math.max(oldest, good.getTime() - times.overlapMs);
}

async function missedSince(
  { db }: RecoverOptions,
  log: DeliveryLog,
  { since, signal }: { since: number; signal: AbortSignal },
): Promise<DeliveryAttempt[]> {
  const attempts: DeliveryAttempt[] = [];
  for await (const attempt of log.attempts(signal)) {
    signal.throwIfAborted();
    if (attempt.at !== null && attempt.at.getTime() < since) break;
    attempts.push(attempt);
  }
  const missed = findMissed(attempts);
  const { done, asked } = await readMissed(
    db,
    log.provider,
    missed.map(({ delivery }) => delivery),
  );
  return missed.filter(({ delivery }) => !done.has(delivery) && (asked.get(delivery) ?? 0) < mostRedeliveries);
}

/** All open pull requests are read; what that does not bring back is still to be asked for. */
async function lookAtAll(
  { db, effects, logger }: RecoverOptions,
  { provider }: DeliveryLog,
  missed: readonly DeliveryAttempt[],
): Promise<DeliveryAttempt[]> {
  logger.warn({ provider, missed: missed.length }, "many webhooks were missed: all open pull requests are read");
  await transaction(db, (tx) => effects.applySignals(tx, [signalOf({ provider, kind: "pr", action: "missed" })]));
  return missed.filter(({ event }) => accessEvents.has(event));
}

async function redeliverAll(
  options: RecoverOptions,
  log: DeliveryLog,
  { missed, signal }: { missed: readonly DeliveryAttempt[]; signal: AbortSignal },
): Promise<void> {
  for (const [i, attempt] of missed.entries()) {
    if (i > 0) await options.pause(log.paceMs, signal);
    if (signal.aborted) return;
    await redeliver(options, log, { attempt, signal });
  }
}

async function redeliver(
  { db, logger }: RecoverOptions,
  log: DeliveryLog,
  { attempt, signal }: { attempt: DeliveryAttempt; signal: AbortSignal },
): Promise<void> {
  const { delivery, event, status } = attempt;
  const provider: HookProvider = log.provider;
  await noteRedelivery(db, { provider, delivery, event, reason: `the forge says: ${status}` });
  try {
    await log.redeliver(attempt, signal);
    logger.info({ provider, delivery, event, status }, "a missed webhook was asked for again");
  } catch (error) {
    if (!(error instanceof ScmError) || error.kind === "rate" || error.kind === "unavailable") throw error;
    logger.warn({ provider, delivery, event, reason: error.message }, "a missed webhook cannot be asked for again");
  }
}
