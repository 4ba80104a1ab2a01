import { withLogFields, type Logger } from "@gastown/telemetry";
import { sql } from "@gastown/db/drizzle";
import { escapeIdentifier } from "pg";
import { createBell, type Bell } from "./bell.ts";
import { createDueClaims, type Claim, type DueClaims } from "./due-claims.ts";
import type { Database } from "./database.ts";
import { openSession } from "./session.ts";
import type { Tx } from "./transaction.ts";

const safetyLookMs = 300_000;
/** When what is due could not be claimed, since another replica looks at it right now. */
const takenElsewhereMs = 1_000;
/** How often the table is asked while due keys wait for more urgent work. */
const patientLookMs = 100;
const retryAfterMs = 1_000;
const firstBackoffMs = 500;
const longestBackoffMs = 60_000;

export interface DueLoopOptions {
  db: Database;
  /** A table with a text key and a `next_look_at timestamptz` that may be null; give it an index on `next_look_at`. */
  table: string;
  /** The key's column. */
  key: string;
  /** The channel of `notifyDue`; `<schema>_<table>_due` by default. */
  channel?: string;
  /**
   * Looks at one key and writes its true `next_look_at`. When a look does slow work, it writes that before the work, in the transaction it
   * reads in: a mark made meanwhile would be overwritten after it. A throw is tried again with back-off.
   */
  look: (key: string, signal: AbortSignal) => Promise<void>;
  /** 8 by default. */
  concurrency?: number;
  /** How long keys that are due wait at this moment, in ms, since there is more urgent work. 0, and by default: not at all. */
  patience?: () => number;
  logger: Logger;
  signal: AbortSignal;
}

export interface DueLoop {
  /** Resolves when the signal has aborted and running looks have ended. */
  done: Promise<void>;
  /** Looks now whether something is due; `notifyDue` does it for all replicas. */
  wake(key?: string): void;
  /** Not ok while the loop cannot reach the database. */
  health(): { ok: boolean; reason?: string };
}

interface LoopState extends DueLoopOptions {
  bell: Bell;
  concurrency: number;
  patience: () => number;
  running: Map<string, Promise<void>>;
  failures: Map<string, number>;
  /** Claims of failed looks that could not be given back, since the connection was lost as well. */
  stranded: Claim[];
  trouble: string | null;
}

/**
 * Looks at every key whose `next_look_at` has come. Any number of replicas may run it: no key is looked at twice at once. Sleeps
 * until the earliest time in the table or a `notifyDue`; with nothing due it asks the database once in 5 min.
 */
export function startDueLoop(options: DueLoopOptions): DueLoop {
  const state: LoopState = {
    ...options,
    concurrency: options.concurrency ?? 8,
    patience: options.patience ?? (() => 0),
    bell: createBell(),
    running: new Map(),
    failures: new Map(),
    stranded: [],
    trouble: null,
  };
  return {
    done: runForEver(state),
    wake: () => state.bell.ring(),
    health: () => (state.trouble === null ? { ok: true } : { ok: false, reason: state.trouble }),
  };
}

/** When the transaction commits, every loop on the channel looks whether something is due. */
export async function notifyDue(tx: Tx, channel: string, key: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${channel}, ${key})`);
}

async function runForEver(state: LoopState): Promise<void> {
  const { table, logger, signal } = state;
  while (!signal.aborted) {
    try {
      await runOnSession(state);
    } catch (error) {
      state.trouble = error instanceof Error ? error.message : String(error);
      logger.warn({ table, error }, "the loop lost the database, trying again");
      await createBell().wait(retryAfterMs, signal);
    }
  }
}

async function runOnSession(state: LoopState): Promise<void> {
  const { db, table, key, signal, bell, running } = state;
  const session = await openSession(db, `loop ${table}`);
  const either = AbortSignal.any([signal, session.lost]);
  try {
    await session.listen(state.channel ?? `${db.schema}_${table}_due`, () => bell.ring());
    const claims = createDueClaims(session, {
      schema: db.schema,
      table: escapeIdentifier(table),
      key: escapeIdentifier(key),
    });
    for (const claim of state.stranded.splice(0)) await claims.postpone(claim, 0);
    while (!either.aborted) {
      const waitMs = running.size < state.concurrency ? await lookAtDue(state, claims, either) : safetyLookMs;
      state.trouble = null;
      // What is urgent rings at every commit.
      if (state.patience() > 0) await createBell().wait(patientLookMs, either);
      else await bell.wait(waitMs, either);
    }
  } finally {
    // Locks end with the connection: another replica may look as soon as these have ended, not before.
    await Promise.all(running.values());
    await session.close();
  }
}

/** Starts looks at what is due, and answers how long until something can be. */
async function lookAtDue(state: LoopState, claims: DueClaims, signal: AbortSignal): Promise<number> {
  const { running, concurrency, patience } = state;
  const { claimed, nextInMs } = await claims.take(concurrency - running.size, {
    except: [...running.keys()],
    forMs: patience(),
  });
  for (const claim of claimed) {
    const look = lookOnce(state, claim, { claims, signal }).finally(() => {
      running.delete(claim.key);
      state.bell.ring();
    });
    running.set(claim.key, look);
  }
  if (nextInMs === null) return safetyLookMs;
  return nextInMs > 0 ? Math.min(safetyLookMs, nextInMs) : takenElsewhereMs;
}

async function lookOnce(
  state: LoopState,
  claim: Claim,
  { claims, signal }: { claims: DueClaims; signal: AbortSignal },
): Promise<void> {
  const { table, logger, failures } = state;
  const { key } = claim;
  let afterMs: number | null = null;
  try {
    await withLogFields({ [state.key]: key }, () => state.look(key, signal));
    failures.delete(key);
  } catch (error) {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    afterMs = Math.min(firstBackoffMs * 2 ** (count - 1), longestBackoffMs);
    if (!signal.aborted) logger.warn({ table, key, error, failures: count, afterMs }, "look failed, trying again");
  }
  try {
    if (afterMs !== null) await claims.postpone(claim, afterMs);
    await claims.release(claim);
  } catch (error) {
    // The lock went with the connection; the loop reports that, and begins anew.
    logger.debug({ table, key, error }, "claim could not be given back");
    if (afterMs !== null) state.stranded.push(claim);
  }
}
