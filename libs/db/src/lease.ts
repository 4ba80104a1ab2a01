import type { Logger } from "@gastown/telemetry";
import { sql } from "@gastown/db/drizzle";
import { createBell } from "./bell.ts";
import type { Database } from "./database.ts";
import { openSession, type Session } from "./session.ts";
import type { Tx } from "./transaction.ts";

/** How often those who wait ask for the lease. Waiting inside Postgres instead would hold back its vacuum. */
const askEveryMs = 500;
const retryAfterMs = 1_000;

/** The right to be the only one. */
export interface Lease {
  /** Grows with every new holder. */
  readonly epoch: number;
  /** Aborts when the lease is lost, or the caller's signal aborts. */
  readonly signal: AbortSignal;
  /**
   * Throws `LeaseLostError` when there has been a newer holder. Until the transaction ends, none can come: call it first
   * in every transaction that only the holder may commit.
   */
  check(tx: Tx): Promise<void>;
  /** Calls `told` for each notification on the channel, for as long as the lease is held. */
  listen(channel: string, told: (payload: string) => void): Promise<void>;
}

/** The lease has another holder now: what was about to be done must not be. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

export interface LeaseOptions {
  signal: AbortSignal;
  logger: Logger;
}

/**
 * Runs `fn` while this process holds the lease `name` of the schema, which one connection in the whole installation can.
 * Waits its turn. When the lease is lost, `fn` is to end by its signal, and is run again once the lease is regained.
 * Resolves when `fn` has answered with the lease still held, or the signal has aborted; rejects when `fn` throws while it is held.
 */
// eslint-disable-next-line eslint/max-params -- one more than the rule allows reads better here than an object in every call
export async function withLease(
  db: Database,
  name: string,
  fn: (lease: Lease) => Promise<void>,
  options: LeaseOptions,
): Promise<void> {
  const { signal, logger } = options;
  while (!signal.aborted) {
    const session = await tryOpen(db, name, options);
    if (session === null) continue;
    try {
      const lease = await acquire(session, { db, name, signal });
      if (lease === null) return;
      logger.debug({ lease: name, epoch: lease.epoch }, "lease acquired");
      await fn(lease);
      if (!session.lost.aborted) return;
      logger.warn({ lease: name, epoch: lease.epoch }, "lease lost, asking for it again");
    } catch (error) {
      if (signal.aborted) {
        logger.debug({ lease: name, error }, "lease given up while stopping");
        return;
      }
      if (!(error instanceof LeaseLostError) && (await isOpen(session))) throw error;
      logger.warn({ lease: name, error }, "lease lost, asking for it again");
    } finally {
      await session.close();
    }
  }
}

async function tryOpen(db: Database, name: string, { signal, logger }: LeaseOptions): Promise<Session | null> {
  try {
    return await openSession(db, `lease ${name}`);
  } catch (error) {
    logger.warn({ lease: name, error }, "cannot ask for the lease, trying again");
    await createBell().wait(retryAfterMs, signal);
    return null;
  }
}

/** Whether the connection, and so the lease, is still ours: when Postgres goes away, others may hear of it first. */
async function isOpen(session: Session): Promise<boolean> {
  try {
    await session.query("select 1");
    return true;
  } catch {
    return false; // the caller reports the error that made it ask
  }
}

/** The lease, once it is ours; null when the signal aborted before. */
async function acquire(
  session: Session,
  { db, name, signal }: { db: Database; name: string; signal: AbortSignal },
): Promise<Lease | null> {
  const key = `lease ${db.schema} ${name}`;
  const either = AbortSignal.any([signal, session.lost]);
  const pause = createBell();
  while (!(await tryLock(session, key))) {
    await pause.wait(askEveryMs, either);
    if (signal.aborted) return null;
  }
  const [row] = await session.query<{ epoch: string }>(
    `insert into leases as l (name, epoch, holder) values ($1, 1, $2)
     on conflict (name) do update set epoch = l.epoch + 1, holder = $2, acquired_at = now()
     returning epoch::text as epoch`,
    [name, `${db.name} ${process.pid}`],
  );
  const epoch = Number(row?.epoch);
  return {
    epoch,
    signal: either,
    check: (tx) => checkEpoch(tx, name, epoch),
    listen: (channel, told) => session.listen(channel, told),
  };
}

async function tryLock(session: Session, key: string): Promise<boolean> {
  const [row] = await session.query<{ ok: boolean }>("select pg_try_advisory_lock(hashtextextended($1, 0)) as ok", [
    key,
  ]);
  return row?.ok === true;
}

async function checkEpoch(tx: Tx, name: string, epoch: number): Promise<void> {
  // The share lock makes the next holder wait with its epoch until this transaction has ended.
  const { rows } = await tx.execute(sql`select 1 from leases where name = ${name} and epoch = ${epoch} for share`);
  if (rows.length === 0) throw new LeaseLostError(`the lease ${name} has a newer holder than epoch ${epoch}`);
}
