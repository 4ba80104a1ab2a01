import { isOutage, type HookHandler, type HookOutcome, type ReceivedHook } from "@gastown/bus";
import { transaction, type Database, type Tx } from "@gastown/db";
import type { Logger } from "@gastown/telemetry";
import { claimDeliveries, purgeDeliveries, saveFailure, type ReceivedDelivery } from "../store/deliveries.ts";
import type { AccessChange } from "./access-change.ts";
import { InvalidHookError, type HookReading } from "./hook-reading.ts";
import type { HookSource } from "./hook-source.ts";
import type { Signal } from "./signal.ts";

/** What webhooks do, inside the transaction that notes them as done. */
export interface HookEffects {
  /** The pull requests that these are about are read again soon, each once. */
  applySignals(tx: Tx, signals: readonly Signal[]): Promise<unknown>;
  /** Installations are as these say, in their order. */
  applyAccess(tx: Tx, changes: readonly AccessChange[]): Promise<unknown>;
}

export interface HandleHooksOptions {
  readonly db: Database;
  readonly sources: readonly HookSource[];
  readonly effects: HookEffects;
  readonly logger: Logger;
}

const purgeEveryMs = 60 * 60_000;

/** A delivery that was read. */
interface ReadHook {
  readonly row: ReceivedDelivery;
  readonly reading: HookReading;
}

/**
 * Handles deliveries so that each has its effects once (scm §3.3): those that wait together in one transaction with their inbox rows, and if
 * that fails each alone, so that none hurts another. One that fails is kept as failed, with its reason, and comes again.
 */
export function createHookHandler(options: HandleHooksOptions): HookHandler {
  let nextPurge = 0;
  return async (hooks) => {
    if (Date.now() > nextPurge) {
      nextPurge = Date.now() + purgeEveryMs;
      await purgeDeliveries(options.db);
    }
    const outcomes = new Map<ReceivedHook, HookOutcome>();
    const readable: (ReadHook & { hook: ReceivedHook })[] = [];
    for (const hook of hooks) {
      const read = await readOne(options, hook);
      if ("outcome" in read) outcomes.set(hook, read);
      else readable.push({ ...read, hook });
    }
    const together = await applyTogether(options, readable);
    for (const { hook, ...read } of readable) outcomes.set(hook, together ?? (await applyAlone(options, read)));
    return hooks.map((hook) => outcomes.get(hook) ?? { outcome: "retry", error: "it was not handled" });
  };
}

async function readOne(options: HandleHooksOptions, hook: ReceivedHook): Promise<ReadHook | HookOutcome> {
  try {
    const reading = readingOf(options, hook);
    return { row: rowOf(hook, reading), reading };
  } catch (error) {
    if (!(error instanceof InvalidHookError)) throw error;
    await saveFailure(options.db, rowOf(hook, { repoId: null, installation: null }), error.message);
    return { outcome: "dead", code: "invalid_payload", message: error.message };
  }
}

function readingOf({ sources }: HandleHooksOptions, { provider, event, body }: ReceivedHook): HookReading {
  const source = sources.find((known) => known.provider === provider);
  if (source === undefined) throw new InvalidHookError(`webhooks of ${provider} are not configured`);
  return source.read(event, parse(body));
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8")) as unknown;
  } catch (error) {
    throw new InvalidHookError("the body is not JSON", { cause: error });
  }
}

function rowOf(
  hook: ReceivedHook,
  { repoId, installation }: Pick<HookReading, "repoId" | "installation">,
): ReceivedDelivery {
  const { provider, delivery, event, action, seq: streamSeq, receivedAt, again } = hook;
  return { provider, delivery, event, action, streamSeq, receivedAt, again, repoId, installation };
}

/** Done, all of them; null when it failed, and each has to be tried alone. */
async function applyTogether(options: HandleHooksOptions, reads: readonly ReadHook[]): Promise<HookOutcome | null> {
  if (reads.length < 2) return null;
  try {
    await apply(options, reads);
    return { outcome: "done" };
  } catch (error) {
    if (isOutage(error)) throw error;
    options.logger.warn({ error, hooks: reads.length }, "webhooks could not be handled together");
    return null;
  }
}

async function applyAlone(options: HandleHooksOptions, read: ReadHook): Promise<HookOutcome> {
  try {
    await apply(options, [read]);
    return { outcome: "done" };
  } catch (error) {
    if (isOutage(error)) throw error;
    await saveFailure(options.db, read.row, error instanceof Error ? error.message : String(error));
    return { outcome: "retry", error };
  }
}

async function apply({ db, effects }: HandleHooksOptions, reads: readonly ReadHook[]): Promise<void> {
  await transaction(db, async (tx) => {
    const claimed = new Set((await claimDeliveries(tx, onceEach(reads))).map(keyOf));
    const fresh = reads.filter(({ row }) => claimed.delete(keyOf(row)));
    const signals = fresh.flatMap(({ reading }) => reading.signals);
    const access = fresh.flatMap(({ reading }) => reading.access);
    // Installations first: what is read again afterwards is read as they are now.
    if (access.length > 0) await effects.applyAccess(tx, access);
    if (signals.length > 0) await effects.applySignals(tx, coalesce(signals));
  });
}

/** The same delivery may wait twice; that it is to be handled again is said by one of them. */
function onceEach(reads: readonly ReadHook[]): ReceivedDelivery[] {
  const rows = new Map<string, ReceivedDelivery>();
  for (const { row } of reads) {
    const known = rows.get(keyOf(row));
    if (known === undefined || row.again) rows.set(keyOf(row), row);
  }
  return [...rows.values()];
}

function keyOf({ provider, delivery }: { provider: string; delivery: string }): string {
  return `${provider}:${delivery}`;
}

/** Signals that say the same are one. */
function coalesce(signals: readonly Signal[]): Signal[] {
  return [...new Map(signals.map((signal) => [JSON.stringify(signal), signal])).values()];
}
